from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoundsConfig(AppConfig):
    name = "pingyi.apps.rounds"
    label = "rounds"
    verbose_name = "评议轮次"

    def ready(self) -> None:
        from pingyi.apps.rounds.access import rights_at  # noqa: PLC0415
        from pingyi.apps.rounds.desk import on_desk  # noqa: PLC0415
        from pingyi.apps.rounds.queries import find_subject  # noqa: PLC0415
        from pingyi.base import desk, references, stories  # noqa: PLC0415

        desk.provide(on_desk)
        references.register("rounds.round", references.Kind(find_subject, rights_at))
        stories.tell(
            {
                "rounds.programme.saved": (_("登记评议制度"), "file-text"),
                "rounds.round.created": (_("建立轮次"), "plus"),
                "rounds.round.copied": (_("照上一轮建立"), "copy"),
                "rounds.facts.set": (_("更正名称和通知"), "edit"),
                "rounds.targets.set": (_("设定评议对象"), "users-group"),
                "rounds.targets.ordered": (_("排定顺序"), "sort-ascending"),
                "rounds.vote.added": (_("建立投票"), "checkbox"),
                "rounds.visits.reported": (_("填报浏览人次"), "eye"),
                "rounds.round.announce": (_("发出通知"), "speakerphone"),
                "rounds.round.collect": (_("开始评议"), "player-play"),
                "rounds.round.close": (_("截止评议"), "lock"),
                "rounds.round.reopen": (_("恢复评议"), "lock-open"),
                "rounds.round.compute": (_("计算"), "calculator"),
                "rounds.round.send_back": (_("退回重算"), "arrow-back-up"),
                "rounds.round.check": (_("核对"), "checklist"),
                "rounds.round.freeze": (_("签发"), "signature"),
                "rounds.round.publish": (_("公布"), "speakerphone"),
                "rounds.round.rectify": (_("转入整改"), "tools"),
                "rounds.round.archive": (_("归档"), "archive"),
            }
        )
