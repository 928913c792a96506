from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "ledger.entries.imported": (_("导入台账"), "file-import"),
    "ledger.campaign.saved": (_("保存专项"), "folder"),
    "ledger.view.saved": (_("保存常用视图"), "bookmark"),
    "ledger.view.dropped": (_("删去常用视图"), "bookmark-off"),
    "ledger.sweep.done": (_("每日亮灯和催办"), "bulb"),
    "ledger.entry.registered": (_("挂账"), "pin"),
    "ledger.entry.imported": (_("导入"), "file-import"),
    "ledger.entry.edited": (_("更正内容"), "edit"),
    "ledger.entry.assigned": (_("分派"), "user-share"),
    "ledger.entry.claimed": (_("认领"), "hand-grab"),
    "ledger.entry.given_back": (_("退回"), "arrow-back-up"),
    "ledger.entry.planned": (_("制定整改措施"), "route"),
    "ledger.entry.reported": (_("填报进展"), "progress"),
    "ledger.entry.extension_applied": (_("申请延期"), "calendar-question"),
    "ledger.entry.extension_granted": (_("同意延期"), "calendar-check"),
    "ledger.entry.extension_refused": (_("不同意延期"), "calendar-x"),
    "ledger.entry.close_applied": (_("申请销号"), "flag"),
    "ledger.entry.verified": (_("验收合格"), "circle-check"),
    "ledger.entry.sent_back": (_("验收不合格，退回整改"), "arrow-back-up"),
    "ledger.entry.closed": (_("销号"), "checks"),
    "ledger.entry.looked_back": (_("回头看"), "eye-search"),
    "ledger.entry.reopened": (_("重新挂账"), "rotate"),
    "ledger.entry.suspended": (_("中止"), "player-pause"),
    "ledger.entry.resumed": (_("恢复"), "player-play"),
    "ledger.entry.listed": (_("挂牌督办"), "bookmark"),
    "ledger.entry.unlisted": (_("取消挂牌督办"), "bookmark-off"),
    "ledger.entry.split": (_("拆分"), "arrows-split"),
    "ledger.entry.merged": (_("并入其他事项"), "arrow-merge"),
    "ledger.entry.took_in": (_("并入"), "arrow-merge"),
    "ledger.entry.urged": (_("催办"), "bell-ringing"),
    "ledger.entry.recounted": (_("按现行日历重算期限"), "calendar-repeat"),
}
"""What the entries of this room in the audit log mean."""


class LedgerConfig(AppConfig):
    name = "pingyi.apps.ledger"
    label = "ledger"
    verbose_name = "台账"

    def ready(self) -> None:
        from pingyi.apps.ledger.access import rights_at  # noqa: PLC0415
        from pingyi.apps.ledger.desk import on_desk  # noqa: PLC0415
        from pingyi.apps.ledger.queries import find_subject  # noqa: PLC0415
        from pingyi.apps.ledger.round_steps import ROOM  # noqa: PLC0415
        from pingyi.apps.rounds.steps import COURSE  # noqa: PLC0415
        from pingyi.base import desk, references, stories  # noqa: PLC0415

        COURSE.join(ROOM)
        desk.provide(on_desk)
        references.register("ledger.entry", references.Kind(find_subject, rights_at))
        stories.tell(VERBS)
