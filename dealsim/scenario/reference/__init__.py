"""The language described, for people (Markdown) and for editors (JSON Schema).

Nothing that reads or runs a scenario needs it.
"""
