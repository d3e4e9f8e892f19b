"""What pages are made of: their frame, chapters, tables, and plots within them."""
