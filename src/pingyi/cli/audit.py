"""``pingyi audit``: is the audit log whole?"""

from __future__ import annotations

import os

import click

from pingyi.cli.words import say


@click.group(help=say("审计记录。", "The audit log."))
def audit() -> None:
    """Reads only: nothing here writes to the log."""


@audit.command(
    help=say(
        "从第一条到最后一条核验审计记录是否首尾相连、未被改动。有问题时逐条列出，退出码 1。",
        "Walk the audit log from the first entry to the last. Exit code 1 if broken.",
    )
)
def verify() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingyi.site.settings")
    import django  # noqa: PLC0415 - only these commands need it

    django.setup()
    from pingyi.base import audit as log  # noqa: PLC0415 - needs Django set up
    from pingyi.base.models import AuditEntry, AuditHead  # noqa: PLC0415

    findings = list(log.verify())
    for finding in findings:
        click.echo(f"{finding.number}  {finding.what}")
    if findings:
        click.echo(say(f"{len(findings)} 处不符。", f"{len(findings)} finding(s)."), err=True)
        raise click.exceptions.Exit(1)
    head = AuditHead.objects.first()
    digest = head.digest if head else "0" * 64
    total = AuditEntry.objects.count()
    click.echo(
        say(
            f"核验通过：{total} 条记录首尾相连，没有改动。\n最后一条的摘要：{digest}",
            f"The log holds: {total} entries, unbroken.\nDigest of the last: {digest}",
        )
    )
