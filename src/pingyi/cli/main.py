"""``pingyi``: the commands together, and what becomes of errors.

Exit codes: 0 done, 1 a check failed or a rule forbids a result, 2 bad input, 70 a fault of the
program, 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from pingyi import __version__
from pingyi.base.errors import HouseError
from pingyi.cli.printing import print_error
from pingyi.cli.usage import usage_text
from pingyi.cli.words import LANGUAGE, say
from pingyi.engine.details import system_reason
from pingyi.engine.errors import PingyiError

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""numpy would start a thread per core for linear algebra, of which there is none here, and each
would wait for work by spinning."""

FAULT = 70
INTERRUPTED = 130
DEBUG = "PINGYI_DEBUG"
"""Set it to see where a fault of the program came from."""


MODULES = {
    "score": "score",
    "explain": "explain",
    "bundle": "bundle",
    "verify": "bundle",
    "simulate": "simulate",
    "pack": "pack",
    "scheme": "scheme",
    "demo": "demo",
    "sample": "sample",
    "serve": "serve",
    "poll": "poll",
    "account": "account",
    "audit": "audit",
    "inspect": "inspect",
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
        gc.disable()  # nothing that an import makes is ever garbage
        command: click.Command = getattr(import_module(f"pingyi.cli.{MODULES[cmd_name]}"), cmd_name)
        gc.freeze()
        gc.enable()
        return command

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """As click's, with errors in the reader's language."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, False, **extra)
        try:
            code = super().main(args, prog_name, complete_var, False, **extra)
        except NoArgsIsHelpError as error:
            error.show()
            code = error.exit_code
        except click.ClickException as error:
            click.echo(usage_text(error), err=True)
            code = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            click.echo(say("已中断。", "Interrupted."), err=True)
            code = INTERRUPTED
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PingyiError as error:
            print_error(error, "json" if _wants_json() else "table")
            ctx.exit(error.exit_code)
        except HouseError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)
        except (BrokenPipeError, click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except OSError as error:
            click.echo(system_reason(error).text(LANGUAGE), err=True)
            ctx.exit(2)
        except Exception as error:
            _tell_fault(error)
            ctx.exit(FAULT)


def _tell_fault(error: Exception) -> None:
    """What nobody foresaw: what to do about it, and where it was, but no page of code."""
    import traceback  # noqa: PLC0415 - only where something failed

    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    last = (traceback.extract_tb(error.__traceback__) or [None])[-1]
    where = f"{os.path.basename(last.filename)}:{last.lineno}" if last else "?"
    what = f"pingyi {__version__}, {type(error).__name__}, {where}"
    click.echo(
        say(
            f"程序出错（{what}）。没有写出结果，您的文件没有改动。\n"
            f"请把这一行、所用命令和方案发给系统维护人员；设环境变量 {DEBUG}=1 再运行可得详情。",
            f"The program failed ({what}). No result was written, your files are unchanged.\n"
            "Please send this line, the command and the scheme to whoever maintains the program; "
            f"run again with {DEBUG}=1 for details.",
        ),
        err=True,
    )


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
