"""What the options of `dealsim liability` say: register, shares, import files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealsim.cli.common import read_number

if TYPE_CHECKING:
    from dealsim.books import ImportStyle
    from dealsim.records import Actuals, CampaignNames
    from dealsim.scenario import Scenario


def import_style(options: dict[str, Any]) -> ImportStyle:
    """How the import files are to be written; raises UsageError for an account named twice and a
    tax rate without a name."""
    from dealsim.books import ImportStyle
    from dealsim.books.chart import account_key
    from dealsim.errors import UsageError

    named: dict[str, str] = {}
    plain: list[str] = []
    for text in options["tax_names"]:
        account, mark, name = (part.strip() for part in text.partition("="))
        key = account_key(account)
        if not mark or key is None:  # a name may have a sign of its own
            plain.append(text.strip())
        elif key in named:
            raise UsageError(f"--tax-name: {account} is given twice")
        else:
            named[key] = name
    if "" in (*plain, *named.values()):
        raise UsageError("--tax-name: the name of the tax rate is missing")
    if len(plain) > 1:
        raise UsageError(
            "--tax-name: one name of all other lines; write ACCOUNT=NAME for one's own"
        )
    how = {"daily": options["daily"], "forecast": options["import_forecast"]}
    style = ImportStyle(**how, days=options["dates"], tax_names=tuple(named.items()))
    return replace(style, no_tax=plain[0]) if plain else style


def check_register_options(options: dict[str, Any]) -> None:
    """Raise UsageError where an option of the register stands without the others it needs."""
    from dealsim.errors import UsageError

    given = {"--actuals": options["actuals"], "--as-of": options["as_of"]}
    if options["booked_share"] and options["actuals"] is None:
        raise UsageError("--booked-share needs --actuals: there is nothing to catch up with")
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == 1:
        present = next(name for name in given if name != missing[0])
        raise UsageError(
            f"{present} needs {missing[0]}: a register, and the last day that it covers"
        )


def check_page_options(options: dict[str, Any]) -> None:
    """Raise UsageError where a page is to be opened that is not to be written."""
    from dealsim.errors import UsageError

    if options["opened"] and not options["report"]:
        raise UsageError("--open opens the page that --report writes: give both")


def read_registers(
    options: dict[str, Any], names: Sequence[str], scenarios: Sequence[Scenario]
) -> list[Actuals | None]:
    """The register asked for, of each scenario its rows; None for a campaign that begins after
    its last day. With --strict its warnings are errors."""
    if options["actuals"] is None:
        return [None] * len(scenarios)
    from dealsim.records import campaign_names

    if len(scenarios) == 1:
        return [_read(options, scenarios[0], None)]
    called = campaign_names(
        [(name, scenario.name) for name, scenario in zip(names, scenarios, strict=True)]
    )
    as_of = options["as_of"].date()
    return [
        None if scenario.starts > as_of else _read(options, scenario, campaign)
        for scenario, campaign in zip(scenarios, called, strict=True)
    ]


def _read(options: dict[str, Any], scenario: Scenario, campaign: CampaignNames | None) -> Actuals:
    from dealsim.errors import ScenarioError
    from dealsim.records import read_register

    as_of = options["as_of"].date()
    found = read_register(options["actuals"], as_of, scenario, campaign=campaign)
    if options["strict"] and found.warnings:
        raise ScenarioError(found.warnings)
    return found


def read_shares(texts: Sequence[str], names: Sequence[str]) -> list[float | None]:
    """The share booked so far of each campaign: `88%` of one, `NAME=88%` of several; raises
    UsageError for a campaign that is none and a share that is none."""
    from dealsim.errors import UsageError

    found: dict[str, float] = {}
    for text in texts:
        name, mark, share = text.rpartition("=")
        if not mark and len(names) == 1:
            name = names[0]
        if name not in names:
            raise UsageError(
                f"--booked-share: say whose share it is, such as {names[0]}=88% (of"
                f" {', '.join(names)})"
            )
        if name in found:
            raise UsageError(f"--booked-share: {name} is given twice")
        found[name] = _share(share)
    return [found.get(name) for name in names]


def _share(text: str) -> float:
    """A share as scenarios write it, `88%` or `0.88`; raises UsageError for any other text."""
    from dealsim.errors import UsageError

    share = read_number(text, "--booked-share")
    if not 0 <= share <= 1:
        raise UsageError(f"--booked-share must be from 0% to 100%, not {text}")
    return share


def campaign_stems(files: Sequence[Path]) -> list[str]:
    """What campaigns are called: their files' names; raises UsageError where two are the same."""
    from dealsim.errors import UsageError

    stems = [file.stem for file in files]
    if len({stem.casefold() for stem in stems}) < len(stems):
        raise UsageError("two of the scenario files have the same name: each is a campaign")
    return stems


def names_of_deals(stems: Sequence[str], scenarios: Sequence[Scenario]) -> list[str]:
    """What campaigns are called: their files' names, and those of a file that lists several
    `deal 1`, `deal 2` or as it names them; raises UsageError where two are the same."""
    from dealsim.errors import UsageError

    found: list[str] = []
    for stem, scenario in zip(stems, scenarios, strict=True):
        if not scenario.further:
            found.append(stem)
        elif len(stems) == 1:
            found += scenario.deal_names
        else:
            found += (f"{stem} {name}" for name in scenario.deal_names)
    if len({name.casefold() for name in found}) < len(found):
        raise UsageError(f"two deals have the same name: {', '.join(found)}")
    return found


def deals_of(
    loaded: Sequence[Scenario], options: dict[str, Any]
) -> tuple[list[Scenario], list[Scenario]]:
    """The scenarios to simulate, and the deals that are booked: those that a scenario lists run
    with it. A register counts each deal's vouchers, so each is then forecast by itself."""
    from dealsim.books import each_deal
    from dealsim.cli.process import say

    if options["actuals"] is None:
        return list(loaded), [deal for one in loaded for deal in (one, *one.further)]
    shared = any(
        one.further and (one.audience is not None or one.business.capacity_per_week is not None)
        for one in loaded
    )
    if shared and not options["quiet"]:
        say(
            "note: from a register on each deal is forecast by itself, as if it had the places "
            "and the audience to itself"
        )
    apart = [deal for one in loaded for deal in each_deal(one)]
    return apart, apart


MOST = 60
"""Characters of file names that a folder's name takes."""


def default_folder(stems: Sequence[str], overrides: Sequence[str] = ()) -> Path:
    """Where the results of scenario files go: `out/a-liability`, `out/a+b-liability`; what was
    changed with --set stands in the name."""
    from dealsim.cli.folders import folder_called

    name = "+".join(stems)
    if len(stems) > 1 and len(name) > MOST:
        name = f"{stems[0]}+{len(stems) - 1}-more"
    return Path("out") / folder_called(f"{name}-liability", overrides)


def load_all(files: Sequence[Path], options: dict[str, Any]) -> list[Scenario]:
    """All scenarios, simulated to one horizon; what is wrong with any is told at once."""
    from dealsim.books.aligning import on_one_horizon
    from dealsim.cli import common
    from dealsim.errors import Problem, ScenarioError

    found: list[Scenario] = []
    problems: list[Problem] = []
    for file in files:
        try:
            found.append(common.load(file, options["overrides"], options["strict"]))
        except ScenarioError as error:
            problems.extend(error.problems)
    if problems:
        raise ScenarioError(problems)
    return list(on_one_horizon(found))
