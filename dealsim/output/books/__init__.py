"""What `dealsim liability` writes and says."""
