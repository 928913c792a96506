"""``pingyi serve``: the site and the intake in one program."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import click

from pingyi.cli.words import say
from pingyi.engine.errors import BadInput, Problem


@click.command(
    help=say(
        "启动站点。数据存放在 PINGYI_HOME（默认 ./pingyi-home）。",
        "Start the site. Its data lie in PINGYI_HOME (./pingyi-home by default).",
    )
)
@click.option("--host", default="127.0.0.1", show_default=True, help=say("监听地址", "Address"))
@click.option("--port", default=8000, show_default=True, help=say("端口", "Port"))
@click.option(
    "--workers",
    default=1,
    show_default=True,
    help=say(
        "进程数；多于 1 个宜用 PostgreSQL，开箱时请用 1 个",
        "Processes; for more than 1 use PostgreSQL, and 1 while boxes are opened",
    ),
)
@click.option(
    "--tls-cert",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("证书；正式投票须用 HTTPS", "Certificate; formal polls need HTTPS"),
)
@click.option(
    "--tls-key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("证书私钥", "Key of the certificate"),
)
def serve(host: str, port: int, workers: int, tls_cert: Path | None, tls_key: Path | None) -> None:
    check_port(host, port)
    if tls_cert:
        os.environ["PINGYI_TLS"] = "1"
    prepare_site()
    scheme = "https" if tls_cert else "http"
    click.echo(say("站点地址：", "The site: ") + f"{scheme}://{host}:{port}/")
    run(host, port, workers, tls_cert, tls_key)


def check_port(host: str, port: int) -> None:
    """Raises ``BadInput`` where somebody listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadInput(
                Problem.of("port_taken", host=host, port=port, detail=os.strerror(error.errno or 0))
            ) from None


def prepare_site() -> None:
    """Set Django up and bring the database to the newest form; at once where it is there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingyi.site.settings")
    import django  # noqa: PLC0415 - only these commands need it
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    django.setup()
    if not connection.introspection.table_names():
        click.echo(
            say("正在建立数据库，约需一分钟……", "Making the database, about a minute…"), err=True
        )
    call_command("migrate", verbosity=0, interactive=False)


def leave_database() -> None:
    """Let go of connections before processes are forked: a pool works in threads, which a child
    doesn't have."""
    from django.db import connections  # noqa: PLC0415

    for connection in connections.all():
        connection.close()
        close_pool = getattr(connection, "close_pool", None)
        if close_pool is not None:
            close_pool()


def run(
    host: str,
    port: int,
    workers: int,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    target: str = "pingyi.site.asgi:application",
) -> None:
    """Serve until interrupted. No access log: who cast when is nowhere written down."""
    leave_database()
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.auto,
        workers=workers,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
        ssl_cert=tls_cert,
        ssl_key=tls_key,
        respawn_failed_workers=True,
    ).serve()
