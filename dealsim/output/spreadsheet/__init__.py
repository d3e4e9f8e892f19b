"""What workbooks are made of: sheets, formats, and formulas that carry their values."""
