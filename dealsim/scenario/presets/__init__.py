"""What dealsim fills in: kinds of business, jurisdictions, and amounts derived from the owner's."""
