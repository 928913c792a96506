from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "talks.programme.saved": (_("保存约谈制度"), "file-text"),
    "talks.programme.cycle_begun": (_("开始新的周期"), "rotate-clockwise"),
    "talks.proposal.declined": (_("不予约谈"), "circle-off"),
    "talks.talk.planned": (_("列入约谈"), "calendar-plus"),
    "talks.talk.arranged": (_("安排时间地点"), "calendar-event"),
    "talks.talk.noticed": (_("发出约谈通知"), "send"),
    "talks.talk.recalled": (_("收回通知"), "arrow-back-up"),
    "talks.talk.cancelled": (_("取消约谈"), "circle-x"),
    "talks.talk.begun": (_("开始汇报"), "microphone"),
    "talks.talk.questioned": (_("开始提问"), "help-circle"),
    "talks.talk.required": (_("提出整改要求"), "list-check"),
    "talks.talk.requirement_dropped": (_("删去整改要求"), "list"),
    "talks.talk.held": (_("结束约谈"), "player-stop"),
    "talks.talk.memo_drafted": (_("起草备忘录"), "file-pencil"),
    "talks.talk.memo_edited": (_("修改备忘录"), "edit"),
    "talks.talk.memo_offered": (_("提交双方确认"), "send"),
    "talks.talk.memo_confirmed": (_("确认备忘录"), "signature"),
    "talks.talk.memo_objected": (_("不同意备忘录，退回修改"), "arrow-back-up"),
    "talks.talk.rectifying": (_("整改要求转入台账"), "notebook"),
    "talks.talk.unit_met": (_("记录单位会议"), "users"),
    "talks.talk.followed": (_("开展跟踪活动"), "walk"),
    "talks.talk.report_written": (_("撰写整改情况汇报"), "edit"),
    "talks.talk.reported": (_("报送整改情况汇报"), "report"),
    "talks.talk.report_returned": (_("退回整改情况汇报"), "arrow-back-up"),
    "talks.talk.escalated": (_("提请追究"), "alert-triangle"),
    "talks.talk.decided": (_("登记处理决定"), "gavel"),
    "talks.talk.closed": (_("办结"), "checks"),
    "talks.previsit.noted": (_("记录会前摸底"), "eye"),
    "talks.previsit.dropped": (_("删去会前摸底"), "eye-off"),
    "talks.question.kept": (_("题库增加问题"), "bulb"),
    "talks.question.dropped": (_("题库删去问题"), "bulb-off"),
}
"""What the entries of this room in the audit log mean."""


class TalksConfig(AppConfig):
    name = "pingyi.apps.talks"
    label = "talks"
    verbose_name = "约谈"

    def ready(self) -> None:
        from pingyi.apps.talks.access import previsit_rights, rights_at  # noqa: PLC0415
        from pingyi.apps.talks.desk import on_desk  # noqa: PLC0415
        from pingyi.apps.talks.queries import (  # noqa: PLC0415
            find_previsit,
            find_subject,
            planned,
        )
        from pingyi.base import desk, engagements, references, stories  # noqa: PLC0415

        desk.provide(on_desk)
        engagements.register("talks", planned)
        references.register("talks.talk", references.Kind(find_subject, rights_at))
        references.register("talks.previsit", references.Kind(find_previsit, previsit_rights))
        stories.tell(VERBS)
