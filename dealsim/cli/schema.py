"""`dealsim schema`."""

from __future__ import annotations

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of scenario files.

    Editors complete and check scenarios with it. Save it beside the scenario and begin the file
    with the line

    \b
        # yaml-language-server: $schema=dealsim.schema.json

    (`dealsim new` does both).
    """
    import json

    from dealsim.scenario import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
