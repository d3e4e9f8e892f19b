"""What a scenario holds: its sections, how each value is read, and what must hold together."""
