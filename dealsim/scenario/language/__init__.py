"""The language of scenario files: YAML with positions, trees, merging, overrides, messages.

It knows nothing of what a scenario holds: where that matters it is given a `Shape`.
"""
