"""The `dealsim` command: finds its subcommands late and turns failures into messages."""

from __future__ import annotations

import io
import signal
import sys
from importlib import import_module

import click

from dealsim.cli import process

COMMANDS = {
    "new": "Write a short commented scenario to start from.",
    "check": "Say everything that is wrong or doubtful about scenario files.",
    "explain": "Show every value as understood, and where it comes from.",
    "run": "Simulate scenarios: verdict, plots, files.",
    "breakeven": "What to ask for: what each term is worth, and from where the deal pays.",
    "compare": "Compare offers with each other, with doing nothing, with other uses.",
    "sensitivity": "What the result depends on, and what is worth finding out.",
    "sweep": "Simulate scenarios over a grid of values; goes on where it was cut off.",
    "optimize": "Find the terms that bring most, under a limit on risk.",
    "report": "Write one page to take along: advice, terms to ask for, and why.",
    "liability": "Forecast what is owed on vouchers, and the entries to book.",
    "schema": "Print the JSON Schema of scenario files, for editors.",
}
"""Name and short help of each command; the module `dealsim.cli.<name>` holds it."""


class LazyGroup(click.Group):
    """A group that imports a command only when it is used, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = getattr(import_module(f"dealsim.cli.{name}"), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            hint = f' Did you mean "{near[0]}"?' if near else f" There are: {', '.join(COMMANDS)}."
            ctx.fail(f'No command "{args[0]}".{hint}')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from dealsim import __version__

        click.echo(f"dealsim {__version__}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: dealsim new my-deal.yaml, then: dealsim run my-deal.yaml",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
    help="Print the version and exit.",
)  # fmt: skip
def cli() -> None:
    """What will this daily deal really do to the business?

    dealsim simulates a voucher deal (Groupon and its kind) from a YAML scenario: how likely it
    loses money, when cash comes, how many customers stay, and what is still owed on vouchers
    whose paid value never expires.
    """


def main(args: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    0 done; 1 failed; 2 wrong usage; 3 scenario invalid; 4 ran, but a gate was not met;
    130 interrupted (Ctrl-C), 143 and 129 ended by SIGTERM and SIGHUP.
    """
    process.open_channels()
    with process.ending_tidily():
        code = _guarded(args)
        code = code or process.close_channels()
    sys.exit(code)


def _guarded(args: list[str] | None) -> int:
    try:
        # the same name however it was started
        code = cli.main(args, prog_name="dealsim", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        return _wrong_usage(error)
    except SystemExit:
        # how rich leaves when the reader has left (`| head`), which is no failure
        return 0
    except (KeyboardInterrupt, click.Abort) as error:
        return _interrupted(process.signal_behind(error) or signal.SIGINT)
    except BrokenPipeError:
        return 0
    except OSError as error:
        if (number := process.signal_behind(error)) is not None:
            # click could not say so: the terminal is gone
            return _interrupted(number)
        process.say(f"error: {process.reason_of(error)}")
        return 1
    except MemoryError:
        process.say("error: out of memory; ask for fewer --trials or --workers")
        return 1
    except Exception as error:
        return _failure(error)


def _interrupted(number: int) -> int:
    process.say("interrupted; nothing was written for the unfinished part")
    return 128 + number


def _wrong_usage(error: click.ClickException) -> int:
    """click's own message, in which the arguments are repeated as they came."""
    written = io.StringIO()
    error.show(written)
    process.say(written.getvalue().rstrip("\n"))
    return error.exit_code


def _failure(error: Exception) -> int:
    from dealsim.errors import DealsimError, ScenarioError

    if not isinstance(error, DealsimError):
        raise error
    if isinstance(error, ScenarioError):
        from dealsim.output.terminal.problems import print_problems

        print_problems(error.problems, error.warnings)
    else:
        process.say(f"error: {error}")
    return error.exit_code
