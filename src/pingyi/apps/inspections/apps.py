from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "inspections.inspection.drafted": (_("拟定方案"), "file-plus"),
    "inspections.inspection.edited": (_("修改方案"), "edit"),
    "inspections.inspection.approved": (_("批准方案"), "circle-check"),
    "inspections.inspection.seeded": (_("公布抽样种子"), "dice"),
    "inspections.inspection.drawn": (_("抽取样本"), "dice-5"),
    "inspections.inspection.member_added": (_("抽调人员"), "user-plus"),
    "inspections.inspection.member_dropped": (_("移出督导组"), "user-minus"),
    "inspections.inspection.recused": (_("回避"), "user-off"),
    "inspections.inspection.started": (_("开始督查"), "player-play"),
    "inspections.inspection.visited": (_("走访上报"), "walk"),
    "inspections.inspection.visit_diverged": (_("走访上报与另一台设备不一致"), "git-fork"),
    "inspections.inspection.entered": (_("问题转入台账"), "notebook"),
    "inspections.inspection.concluded": (_("形成结论"), "file-check"),
    "inspections.inspection.conclusion_written": (_("拟写单位结论"), "pencil"),
    "inspections.inspection.circular_drafted": (_("起草通报"), "file-text"),
    "inspections.inspection.circulated": (_("印发通报"), "send"),
    "inspections.inspection.objected": (_("单位申请复核"), "message-exclamation"),
    "inspections.inspection.decided": (_("作出复核决定"), "gavel"),
    "inspections.inspection.closed": (_("办结"), "checks"),
}
"""What the entries of this room in the audit log mean."""


class InspectionsConfig(AppConfig):
    name = "pingyi.apps.inspections"
    label = "inspections"
    verbose_name = "督查"

    def ready(self) -> None:
        from pingyi.apps.inspections.access import (  # noqa: PLC0415
            finding_rights,
            inspection_rights,
        )
        from pingyi.apps.inspections.desk import on_desk  # noqa: PLC0415
        from pingyi.apps.inspections.queries import (  # noqa: PLC0415
            find_finding,
            find_inspection,
            planned,
        )
        from pingyi.base import desk, engagements, references, stories  # noqa: PLC0415

        desk.provide(on_desk)
        engagements.register("inspections", planned)
        inspection = references.Kind(find_inspection, inspection_rights)
        references.register("inspections.inspection", inspection)
        references.register("inspections.finding", references.Kind(find_finding, finding_rights))
        stories.tell(VERBS)
