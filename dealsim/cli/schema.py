"""`dealsim schema`."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--markdown",
    is_flag=True,
    help="Print the scenario reference for people instead: every key, what it takes, its default.",
)
def schema(markdown: bool) -> None:
    """Print the JSON Schema of scenario files, or their reference.

    Editors complete and check scenarios with it. Save it beside the scenario and begin the file
    with the line

    \b
        # yaml-language-server: $schema=dealsim.schema.json

    (`dealsim new` does both).
    """
    if markdown:
        from dealsim.scenario.reference import reference

        click.echo(reference(), nl=False)
        return
    import json

    from dealsim.scenario import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
