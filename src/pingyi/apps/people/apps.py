from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "pingyi.apps.people"
    label = "people"
    verbose_name = "机构人员"

    def ready(self) -> None:
        import_module("pingyi.apps.people.signals")
