from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RollsConfig(AppConfig):
    name = "pingyi.apps.rolls"
    label = "rolls"
    verbose_name = "票册"

    def ready(self) -> None:
        from pingyi.apps.polls.steps import COURSE  # noqa: PLC0415
        from pingyi.apps.rolls.steps import ROOM  # noqa: PLC0415
        from pingyi.base import stories  # noqa: PLC0415

        COURSE.join(ROOM)
        stories.tell(
            {
                "rolls.rolls.planned": (_("编制票册"), "clipboard-list"),
                "rolls.heads.set": (_("填写人数"), "users"),
                "rolls.codes.made": (_("生成投票码"), "qrcode"),
                "rolls.codes.signed": (_("核对人签认投票码"), "signature"),
                "rolls.slips.printed": (_("打印票单"), "printer"),
                "rolls.printing.finished": (_("印制完毕，底码销毁"), "flame"),
                "rolls.codes.voided": (_("剩余、损毁票单作废"), "ban"),
                "rolls.slips.counted": (_("清点票单"), "calculator"),
            }
        )
