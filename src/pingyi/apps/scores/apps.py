from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresConfig(AppConfig):
    name = "pingyi.apps.scores"
    label = "scores"
    verbose_name = "得分"

    def ready(self) -> None:
        from pingyi.apps.polls import rulings  # noqa: PLC0415
        from pingyi.apps.rounds import wall  # noqa: PLC0415
        from pingyi.apps.rounds.steps import COURSE  # noqa: PLC0415
        from pingyi.apps.scores.desk import on_desk  # noqa: PLC0415
        from pingyi.apps.scores.queries import board_of, uses_vote  # noqa: PLC0415
        from pingyi.apps.scores.steps import ROOM  # noqa: PLC0415
        from pingyi.base import desk, stories  # noqa: PLC0415

        COURSE.join(ROOM)
        wall.provide(board_of)
        rulings.tell_use(uses_vote)
        desk.provide(on_desk)
        stories.tell(
            {
                "scores.result.released": (_("大屏公布结果"), "eye"),
                "scores.result.withdrawn": (_("从大屏撤下结果"), "eye-off"),
                "scores.bundle.taken": (_("下载结果包，含全部票数"), "package-export"),
                "scores.correction.compute": (_("更正：计算"), "edit"),
                "scores.correction.check": (_("更正：核对"), "checklist"),
                "scores.correction.send_back": (_("更正：退回"), "arrow-back-up"),
                "scores.correction.freeze": (_("更正：签发"), "signature"),
                "scores.round.published": (_("再次公布"), "speakerphone"),
                "scores.determination.applied": (_("申请认定"), "shield-plus"),
                "scores.determination.reviewed": (_("审核认定申请"), "shield-search"),
                "scores.determination.granted": (_("准予认定"), "shield-check"),
                "scores.determination.refused": (_("不予认定"), "shield-x"),
                "scores.objection.raised": (_("提出异议"), "message-exclamation"),
                "scores.objection.upheld": (_("异议成立"), "message-check"),
                "scores.objection.dismissed": (_("异议不成立"), "message-x"),
            }
        )
