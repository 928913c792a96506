"""``pingyi demo``: the site with the invented city 云州市, on this computer alone."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pingyi.cli.serve import check_port, prepare_site, run
from pingyi.cli.words import say


@click.command(
    help=say(
        "启动演示站点（虚构的云州市），只在本机可见。再次启动时数据照旧。",
        "Start the demo site (the invented city of Yunzhou), seen on this computer alone.",
    )
)
@click.option("--port", default=8000, show_default=True, help=say("端口", "Port"))
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("pingyi-demo"),
    show_default=True,
    help=say("数据目录", "Folder of its data"),
)
@click.option("--no-serve", is_flag=True, help=say("只建立数据，不启动", "Make the data only"))
def demo(port: int, home: Path, no_serve: bool) -> None:
    if not no_serve:
        check_port("127.0.0.1", port)
    os.environ["PINGYI_HOME"] = str(home.resolve())
    os.environ["PINGYI_DEMO"] = "1"
    os.environ.pop("PINGYI_DATABASE", None)
    os.environ.setdefault("PINGYI_SMS", f"file:{home.resolve() / 'sms.jsonl'}")
    os.environ.setdefault("PINGYI_AUTHORITY", say("云州市（演示）", "Yunzhou (demo)"))
    prepare_site()
    from pingyi.apps.demo import make_demo  # noqa: PLC0415 - needs Django set up

    made = make_demo(lambda zh, en: click.echo(say(zh, en)))
    address = f"http://127.0.0.1:{port}/"
    click.echo()
    click.echo(say("演示站点：", "Demo site: ") + address)
    click.echo(
        say(
            f"演示账号（密码都是 {made.password}）：",
            f"Demo accounts (the password is {made.password}):",
        )
    )
    for username, title in made.accounts:
        click.echo(f"  {username:<14} {title}")
    click.echo(say("投票（手机或浏览器打开）：", "Vote (open on a phone or in a browser):"))
    _tell_votes(address)
    click.echo(say("按 Ctrl-C 停止。", "Ctrl-C stops it."))
    if not no_serve:
        run("127.0.0.1", port, 1)


def _tell_votes(address: str) -> None:
    """Vote by vote, an address for each class of raters, and for those who need no code."""
    from pingyi.apps.demo import demo_codes  # noqa: PLC0415 - needs Django set up
    from pingyi.apps.polls.models import Poll  # noqa: PLC0415
    from pingyi.apps.polls.queries import form_of, open_votes  # noqa: PLC0415

    slips, public = demo_codes(), {poll.slug for poll in open_votes()}
    for poll in Poll.objects.filter(slug__in=slips.keys() | public).order_by("pk"):
        form = form_of(poll)
        click.echo(f"  {poll.title}")
        for rater_class, codes in slips.get(poll.slug, {}).items():
            if codes:
                title = form.rater_class(rater_class).title
                click.echo(f"    {address}v/{poll.slug}/#{codes[0]}  {title}")
        if poll.slug in public:
            title = say("公众，不用投票码", "the public, without a code")
            click.echo(f"    {address}v/{poll.slug}/open  {title}")
