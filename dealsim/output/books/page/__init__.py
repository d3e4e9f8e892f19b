"""The accountant's page: what is owed, how it came about, the entries, and a block to sign."""

from dealsim.output.books.page.page import books_page

__all__ = ["books_page"]
