from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchemesConfig(AppConfig):
    name = "pingyi.apps.schemes"
    label = "schemes"
    verbose_name = "评议方案"

    def ready(self) -> None:
        from pingyi.apps.schemes.desk import on_desk  # noqa: PLC0415
        from pingyi.base import desk, stories  # noqa: PLC0415

        desk.provide(on_desk)
        stories.tell(
            {
                "schemes.draft.created": (_("起草"), "file-plus"),
                "schemes.draft.copied": (_("由上一版另起一稿"), "copy"),
                "schemes.draft.text_saved": (_("修改方案文本"), "edit"),
                "schemes.draft.parameter_set": (_("修改参数"), "adjustments"),
                "schemes.draft.fact_set": (_("修改基本情况"), "edit"),
                "schemes.draft.reason_given": (_("说明特别事项"), "message"),
                "schemes.draft.discarded": (_("删除草稿"), "trash"),
                "schemes.trial.started": (_("试算"), "calculator"),
                "schemes.trial.resumed": (_("重新试算"), "calculator"),
                "schemes.version.sealed": (_("封存"), "lock"),
            }
        )
