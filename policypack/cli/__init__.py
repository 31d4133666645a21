"""The command line. One file a command: ``policypack/cli/commands/NAME.py`` with an attribute ``command``.

Nothing but click is imported before a command is chosen.
"""

import errno
import gc
import os
import sys
from pathlib import Path
from typing import Final

import click

from policypack import __version__
from policypack.cli.support.process import Ended, ended_by_signals, replace_closed_streams
from policypack.plugins import PluginError, load_plugin, plugin_names
from policypack.printable import printable

COMMANDS: Final = Path(__file__).parent / "commands"
_DEBUG: Final = "APIG_COST_DEBUG"
_FULL: Final = frozenset({errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT})
"""What happens to standard output; files of ours are written in one place that says so itself."""
_ISSUES: Final = "please report it with the command that you ran"


class _Commands(click.Group):
    """Finds commands by their files and imports only the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(plugin_names(COMMANDS))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        needed = "a click.Command, which runs when its name is given"
        command: click.Command = load_plugin(COMMANDS, cmd_name, command=needed).command
        if ctx.resilient_parsing:  # a shell asks how a line goes on
            from policypack.cli.support.completion import complete_places

            complete_places(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            if not near:
                raise
            told = f"{error.message.rstrip('.')}; did you mean {near[0]}?"
            raise click.UsageError(told, ctx) from None


def _print_version(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    del option
    if wanted and not ctx.resilient_parsing:
        click.echo(f"apig-cost {__version__}")
        ctx.exit()


@click.command(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def group() -> None:
    """What Huawei Cloud API gateways, elastic IPs and bandwidth of a Pulumi program cost.

    \b
    Exit codes: 0 all within and no mandatory violation; 1 mandatory violation or over
    budget; 2 usage, settings or unreadable input; 3 cannot decide. 2 before 1 before 3.
    """


def run() -> None:
    """The command: ``main``, and an end that leaves to the system what the process holds.

    Taking it apart takes 30 to 60 ms: a fifth of the time of a check of 500 resources. Whatever must be
    closed has been, or ``main`` would not have come to its end.
    """
    try:
        main()
    except SystemExit as leaving:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(leaving.code if isinstance(leaving.code, int) else leaving.code is not None)


def main() -> None:
    """Run the command line and exit; whatever goes wrong is one line on stderr."""
    from policypack.cli.support.telling import end

    code = _run()
    end(code)
    sys.exit(code)


def _run() -> int:
    # What a source holds stays until the report is written. Of 10,000 resources, a fifth of the time went
    # into looking for garbage among them.
    gc.set_threshold(200_000, 50, 1000)
    replace_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        # a terminal or a log that cannot show a character must not end the run
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        with ended_by_signals():
            outcome = group.main(prog_name="apig-cost", standalone_mode=False)
            sys.stdout.flush()
    except click.UsageError as error:
        return _wrong_usage(error)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except Ended as ended:
        return 128 + ended.number
    except SystemExit:
        # click and rich do this when the reader of what they print goes away, as in "| head"
        return 0
    except PluginError as error:
        return _unusable(error)
    except OSError as error:
        return _unwritable(error) if error.errno in _FULL else _unexpected(error)
    except Exception as error:
        return _unexpected(error)
    return outcome if isinstance(outcome, int) else 0


def _wrong_usage(error: click.UsageError) -> int:
    from policypack.cli.support.errors import tell

    told = error.format_message()
    if isinstance(error, click.MissingParameter):  # click lists choices one a line
        told = " ".join(told.split())
    if "\n" in told:  # no arguments at all: this is the help
        error.show()
        return error.exit_code
    command = error.ctx.command_path if error.ctx is not None else "apig-cost"
    end = " See" if told.endswith("?") else "; see"
    tell(f"Error: {told.rstrip('.')}{end} `{command} --help`")
    return error.exit_code


def _unwritable(error: OSError) -> int:
    from policypack.cli.support.errors import discard, tell

    discard(sys.stdout)
    tell(f"Error: standard output cannot be written ({error.strerror}); the answer is not complete")
    return 2


def _unusable(error: PluginError) -> int:
    from policypack.cli.support.errors import tell

    tell(f"Error: {' '.join(str(error).split())}")
    return 2


def _unexpected(error: Exception) -> int:
    from policypack.cli.support.errors import tell

    if os.environ.get(_DEBUG):
        import traceback

        traceback.print_exc()
    told = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    tell(f"Error: internal error of apig-cost ({printable(told)}); {_ISSUES} and {_DEBUG}=1")
    return 2
