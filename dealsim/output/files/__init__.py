"""Files written whole or not at all: folders with a manifest, CSV and JSON text."""
