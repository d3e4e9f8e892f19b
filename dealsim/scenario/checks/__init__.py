"""What is wrong with a scenario or doubtful about it, in words, with its place in the file."""
