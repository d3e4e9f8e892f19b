"""The page to take along."""
