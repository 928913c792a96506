from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarConfig(AppConfig):
    name = "pingyi.apps.calendar"
    label = "calendar"
    verbose_name = "工作日历"

    def ready(self) -> None:
        from pingyi.base import stories  # noqa: PLC0415

        stories.tell(
            {
                "calendar.year.set": (_("录入年度节假日安排"), "calendar-plus"),
                "calendar.days.set": (_("设定节假日、调休"), "calendar-event"),
                "calendar.days.removed": (_("取消节假日、调休"), "calendar-minus"),
                "calendar.days.imported": (_("导入节假日、调休"), "calendar-plus"),
            }
        )
