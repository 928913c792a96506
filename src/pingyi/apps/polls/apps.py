from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PollsConfig(AppConfig):
    name = "pingyi.apps.polls"
    label = "polls"
    verbose_name = "投票"

    def ready(self) -> None:
        from pingyi.apps.polls.access import rights_at  # noqa: PLC0415
        from pingyi.apps.polls.desk import on_desk  # noqa: PLC0415
        from pingyi.apps.polls.queries import find_subject  # noqa: PLC0415
        from pingyi.base import desk, references, stories  # noqa: PLC0415

        desk.provide(on_desk)
        references.register("polls.poll", references.Kind(find_subject, rights_at))
        stories.tell(
            {
                "polls.poll.created": (_("建立投票"), "plus"),
                "polls.facts.set": (_("更正名称、文号等"), "edit"),
                "polls.poll.prepared": (_("封定对象和渠道"), "lock"),
                "polls.targets.set": (_("设定评议对象"), "users-group"),
                "polls.ruling.applied": (_("申请裁定"), "gavel"),
                "polls.ruling.approved": (_("裁定：批准"), "circle-check"),
                "polls.ruling.refused": (_("裁定：不予批准"), "circle-x"),
                "polls.channel.set": (_("设定渠道"), "route"),
            }
        )
