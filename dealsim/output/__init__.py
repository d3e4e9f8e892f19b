"""Output: plots, files, folders and the terminal. Arithmetic ends before this layer."""
