from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    name = "pingyi.base"
    label = "base"
    verbose_name = "公共"

    def ready(self) -> None:
        post_migrate.connect(_fill_calendar, sender=self)


def _fill_calendar(**_facts: Any) -> None:
    from pingyi.base.published import fill_calendar  # noqa: PLC0415 - after models are there

    fill_calendar()
