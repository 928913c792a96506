from django.apps import AppConfig


class SchemesConfig(AppConfig):
    name = "pingyi.apps.schemes"
    label = "schemes"
    verbose_name = "评议方案"

    def ready(self) -> None:
        from pingyi.apps.schemes.desk import on_desk  # noqa: PLC0415
        from pingyi.base import desk  # noqa: PLC0415

        desk.provide(on_desk)
