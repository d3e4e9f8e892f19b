"""What `dealsim run` writes and says."""
