"""The command line: parse, call one public function, write."""

from dealsim.cli.app import main

__all__ = ["main"]
