from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "rounds.programme.saved": (_("登记评议制度"), "file-text"),
    "rounds.round.created": (_("建立轮次"), "plus"),
    "rounds.round.copied": (_("照上一轮建立"), "copy"),
    "rounds.facts.set": (_("更正名称和通知"), "edit"),
    "rounds.targets.set": (_("设定评议对象"), "users-group"),
    "rounds.targets.ordered": (_("排定顺序"), "sort-ascending"),
    "rounds.vote.added": (_("建立投票"), "checkbox"),
    "rounds.meeting.planned": (_("安排会议"), "calendar-plus"),
    "rounds.meeting.ordered": (_("排定会议顺序"), "sort-ascending"),
    "rounds.meeting.started": (_("会议开始"), "player-play"),
    "rounds.meeting.ended": (_("会议结束"), "player-stop"),
    "rounds.meeting.resumed": (_("恢复会议"), "player-play"),
    "rounds.meeting.vote_opened": (_("开放投票"), "lock-open"),
    "rounds.meeting.vote_locked": (_("锁定投票"), "lock"),
    "rounds.agenda.begin": (_("开始述职"), "microphone"),
    "rounds.agenda.comment": (_("转入点评"), "message"),
    "rounds.agenda.ask": (_("转入提问"), "help-circle"),
    "rounds.agenda.vote": (_("开放投票"), "lock-open"),
    "rounds.agenda.lock": (_("锁定投票"), "lock"),
    "rounds.agenda.finish": (_("结束这一位"), "check"),
    "rounds.agenda.back": (_("退回上一环节"), "arrow-back-up"),
    "rounds.agenda.postpone": (_("未到场，移到最后"), "clock"),
    "rounds.agenda.absent": (_("记为缺席"), "user-x"),
    "rounds.agenda.arrive": (_("到场，重新排入"), "user-check"),
    "rounds.comment.saved": (_("记录点评"), "message"),
    "rounds.question.saved": (_("记录提问"), "help-circle"),
    "rounds.opinion.relayed": (_("意见转到现场"), "message-forward"),
    "rounds.opinion.held": (_("意见不转现场"), "message-off"),
    "rounds.opinion.categories": (_("设定意见分类"), "category"),
    "rounds.report.written": (_("撰写述职报告"), "edit"),
    "rounds.report.handed_in": (_("提交述职报告"), "file-check"),
    "rounds.report.due": (_("设定述职报告截止日"), "calendar-due"),
    "rounds.report.reminded": (_("催交述职报告"), "bell"),
    "rounds.report.returned": (_("退回述职报告"), "arrow-back-up"),
    "rounds.group.saved": (_("设定指导组"), "users-group"),
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
"""What the entries of this room in the audit log mean."""


class RoundsConfig(AppConfig):
    name = "pingyi.apps.rounds"
    label = "rounds"
    verbose_name = "评议轮次"

    def ready(self) -> None:
        from pingyi.apps.polls.desk import settle  # noqa: PLC0415
        from pingyi.apps.rounds.access import report_rights, rights_at  # noqa: PLC0415
        from pingyi.apps.rounds.desk import on_desk  # noqa: PLC0415
        from pingyi.apps.rounds.queries import (  # noqa: PLC0415
            find_report,
            find_subject,
            settled_polls,
        )
        from pingyi.base import desk, references, stories  # noqa: PLC0415

        desk.provide(on_desk)
        settle(settled_polls)
        references.register("rounds.round", references.Kind(find_subject, rights_at))
        references.register("rounds.report", references.Kind(find_report, report_rights))
        stories.tell(VERBS)
