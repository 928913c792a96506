from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "pingyi.apps.notices"
    label = "notices"
    verbose_name = "消息"

    def ready(self) -> None:
        from pingyi.apps.notices.desk import waits_for_me  # noqa: PLC0415
        from pingyi.base import desk, stories  # noqa: PLC0415

        desk.provide(waits_for_me)
        stories.tell(
            {
                "notices.wishes.set": (_("设定收消息的方式"), "settings"),
                "notices.notice.told": (_("发出消息"), "bell"),
            }
        )
