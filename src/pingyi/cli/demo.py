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
    from pingyi.apps.demo import demo_codes, make_demo  # noqa: PLC0415 - needs Django set up
    from pingyi.apps.polls.queries import open_votes  # noqa: PLC0415

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
    for slug, classes in demo_codes().items():
        for rater_class, codes in classes.items():
            if codes:
                click.echo(f"  {rater_class:<24} {address}v/{slug}/#{codes[0]}")
    for poll in open_votes():
        public = say("公众，不用投票码", "the public, without a code")
        click.echo(f"  {public:<24} {address}v/{poll.slug}/open")
    click.echo(say("按 Ctrl-C 停止。", "Ctrl-C stops it."))
    if not no_serve:
        run("127.0.0.1", port, 1)
