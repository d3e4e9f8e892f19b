"""Text for people: the console, values explained, progress and warnings."""
