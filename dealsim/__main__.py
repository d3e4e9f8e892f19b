"""`python -m dealsim`."""

from dealsim.cli import main

if __name__ == "__main__":
    main()
