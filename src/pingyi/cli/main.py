"""``pingyi``: the commands together, and what becomes of errors.

Exit codes: 0 done, 1 a check failed or a rule forbids a result, 2 bad input, 130 interrupted.
"""

from __future__ import annotations

import sys
from importlib import import_module
from itertools import pairwise
from typing import Any

import click

from pingyi import __version__
from pingyi.cli.printing import print_error
from pingyi.cli.words import say
from pingyi.engine.errors import PingyiError

INTERRUPTED = 130


MODULES = {
    "score": "score",
    "explain": "explain",
    "bundle": "bundle",
    "verify": "bundle",
    "simulate": "simulate",
    "pack": "pack",
    "scheme": "scheme",
    "demo": "demo",
    "serve": "serve",
    "poll": "poll",
    "docs": "docs",
}
"""The module of each command."""


class _Group(click.Group):
    """Imports a command when it is called: most of a short run would go into the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        command: click.Command = getattr(import_module(f"pingyi.cli.{MODULES[cmd_name]}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PingyiError as error:
            print_error(error, "json" if _wants_json() else "table")
            ctx.exit(error.exit_code)
        except (BrokenPipeError, click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except KeyboardInterrupt:
            click.echo(say("已中断。", "Interrupted."), err=True)
            ctx.exit(INTERRUPTED)
        except OSError as error:
            name = error.filename or ""
            click.echo(f"{name} {error.strerror or error}".strip(), err=True)
            ctx.exit(2)


def _wants_json() -> bool:
    words = sys.argv[1:]
    return "--format=json" in words or any(pair == ("--format", "json") for pair in pairwise(words))


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=say(
        "评议：按方案给评议对象计分，逐票解释，任何人可复算。",
        "Score a round by its scheme, explain it to the last ballot, recompute it anywhere.",
    ),
)
@click.version_option(__version__, "--version", prog_name="pingyi")
@click.option("--lang", type=click.Choice(["zh", "en"]), help=say("界面语言", "Language"))
def main(lang: str | None) -> None:
    """``--lang`` is read before anything else (see ``words``)."""


if __name__ == "__main__":
    main()
