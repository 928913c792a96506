from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BallotsConfig(AppConfig):
    name = "pingyi.apps.ballots"
    label = "ballots"
    verbose_name = "票箱"

    def ready(self) -> None:
        from pingyi.apps.ballots.remedies import REMEDIES  # noqa: PLC0415
        from pingyi.apps.ballots.steps import ROOM  # noqa: PLC0415
        from pingyi.apps.ballots.waiting import on_desk  # noqa: PLC0415
        from pingyi.apps.polls import rulings  # noqa: PLC0415
        from pingyi.apps.polls.steps import COURSE  # noqa: PLC0415
        from pingyi.base import desk, stories  # noqa: PLC0415

        COURSE.join(ROOM)
        desk.provide(on_desk)
        for remedy in REMEDIES:
            rulings.provide(remedy)
        stories.tell(
            {
                "ballots.keys.installed": (_("生成服务器密钥"), "key"),
                "ballots.keys.brought": (_("导入密钥，待另一人核对指纹"), "key"),
                "ballots.keys.confirmed": (_("核对密钥指纹"), "circle-check"),
                "ballots.voting.begun": (_("验空箱，开始投票"), "player-play"),
                "ballots.zero.witnessed": (_("见证零票报告"), "eye-check"),
                "ballots.item.opened": (_("开放投票"), "lock-open"),
                "ballots.item.locked": (_("锁定"), "lock"),
                "ballots.item.reopened": (_("误锁的场次重新开放"), "lock-open-2"),
                "ballots.clock.jumped": (_("时钟跳动，自动开放和锁定暂停"), "clock-exclamation"),
                "ballots.clock.accepted": (_("确认时钟正确"), "clock-check"),
                "ballots.item.inspected": (_("清点票箱"), "checklist"),
                "ballots.opening.stopped": (_("开箱停止"), "hand-stop"),
                "ballots.item.confirmed": (_("确认清点结果"), "signature"),
                "ballots.shares.entered": (_("输入密钥分片"), "puzzle"),
                "ballots.item.counted": (_("开箱计票"), "box"),
                "ballots.box.destroyed": (_("票箱和密钥销毁"), "flame"),
                "ballots.paper.typed": (_("录入纸票"), "file-pencil"),
                "ballots.code.exchanged": (_("投票码换纸票"), "file-arrow-right"),
                "ballots.counts.disclosed": (_("核对人查看全部票数"), "eye"),
                "ballots.tally.entered": (_("录入汇总票"), "table-import"),
                "ballots.figures.entered": (_("录入第三方评分和指标"), "report"),
                "ballots.poll.called_off": (_("作废投票，销毁票箱和密钥"), "ban"),
                "ballots.rehearsal.purged": (_("清除演练"), "eraser"),
            }
        )
