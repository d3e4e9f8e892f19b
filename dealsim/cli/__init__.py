"""The command line: parse, call one public function, write."""

from dealsim.cli.main import main

__all__ = ["main"]
