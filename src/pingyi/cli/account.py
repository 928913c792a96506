"""``pingyi account``: the first three administrators, and one who cannot sign in any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from pingyi.base.errors import HouseError
from pingyi.cli.serve import prepare_site
from pingyi.cli.words import say

ROLES = ("system_admin", "security_admin", "audit_admin")


@click.group(help=say("设立三员、重置其密码。", "Set up the three administrators."))
def account() -> None:
    """All other accounts are made on the pages."""


_ask = click.option(
    "--ask",
    is_flag=True,
    help=say(
        "自己输入密码；不加此项则生成随机密码，显示一次", "Type a password instead of getting one"
    ),
)


@account.command(
    help=say(
        "设立一位管理员。每类只在没有在用的人时可以设立，此后在网页上办理。",
        "Make an administrator, where nobody of that kind is active.",
    )
)
@click.argument("username")
@click.option("--name", required=True, help=say("姓名", "Name"))
@click.option(
    "--role",
    required=True,
    type=click.Choice(ROLES),
    help=say(
        "系统管理员、安全管理员、审计管理员之一，互不兼任",
        "One of the three; nobody has two",
    ),
)
@_ask
def create(username: str, name: str, role: str, ask: bool) -> None:
    prepare_site()
    from pingyi.apps.people.actions.bootstrap import create_administrator  # noqa: PLC0415
    from pingyi.apps.people.enums import Role  # noqa: PLC0415

    with _told():
        made, password = create_administrator(
            username=username, name=name, role=Role(role), password=_typed() if ask else None
        )
    _show(str(made), password, ask)


@account.command(
    help=say(
        "为登录不了的账号重设密码，下次登录须修改。记入审计记录。",
        "Set a new password for an account, to be changed on signing in. It is audited.",
    )
)
@click.argument("username")
@_ask
def reset(username: str, ask: bool) -> None:
    prepare_site()
    from pingyi.apps.people.actions.bootstrap import reset_from_machine  # noqa: PLC0415

    with _told():
        made, password = reset_from_machine(username=username, password=_typed() if ask else None)
    _show(str(made), password, ask)


def _typed() -> str:
    text: str = click.prompt(say("密码", "Password"), hide_input=True, confirmation_prompt=True)
    return text


def _show(title: str, password: str, typed: bool) -> None:
    click.echo(say("已设立：", "Done: ") + title)
    if not typed:
        click.echo(say("初始密码（只显示这一次）：", "Password, shown this once: ") + password)


@contextmanager
def _told() -> Iterator[None]:
    """A refusal in words, with its exit code."""
    try:
        yield
    except HouseError as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(error.exit_code) from None
