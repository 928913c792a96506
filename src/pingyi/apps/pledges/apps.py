from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "pledges.demo.made": (_("建立演示承诺"), "flask"),
    "pledges.campaign.saved": (_("保存承诺活动"), "folder"),
    "pledges.campaign.announced": (_("部署"), "speakerphone"),
    "pledges.campaign.ended": (_("结束"), "flag"),
    "pledges.pledge.written": (_("填写承诺人和形式"), "edit"),
    "pledges.pledge.item_saved": (_("填写承诺事项"), "list-details"),
    "pledges.pledge.item_dropped": (_("删去承诺事项"), "trash"),
    "pledges.pledge.admitted": (_("准予逾期提交"), "calendar-plus"),
    "pledges.pledge.handed_in": (_("提交承诺书"), "send"),
    "pledges.pledge.given_back": (_("退回修改"), "arrow-back-up"),
    "pledges.pledge.published": (_("公布"), "speakerphone"),
    "pledges.pledge.accounted": (_("填报完成情况"), "report"),
    "pledges.pledge.settled": (_("核实交账"), "checks"),
    "pledges.pledge.sent_back": (_("退回重新核实"), "arrow-back-up"),
    "pledges.pledge.closed": (_("办结"), "circle-check"),
}
"""What the entries of this room in the audit log mean."""


class PledgesConfig(AppConfig):
    name = "pingyi.apps.pledges"
    label = "pledges"
    verbose_name = "公开承诺"

    def ready(self) -> None:
        from pingyi.apps.pledges.access import rights_at  # noqa: PLC0415
        from pingyi.apps.pledges.desk import on_desk  # noqa: PLC0415
        from pingyi.apps.pledges.queries import find_subject  # noqa: PLC0415
        from pingyi.base import desk, references, stories  # noqa: PLC0415

        desk.provide(on_desk)
        references.register("pledges.pledge", references.Kind(find_subject, rights_at))
        stories.tell(VERBS)
