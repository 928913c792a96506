from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "pingyi.apps.documents"
    label = "documents"
    verbose_name = "附件"

    def ready(self) -> None:
        from pingyi.base import stories  # noqa: PLC0415

        stories.tell(
            {
                "documents.attachment.added": (_("添加附件"), "paperclip"),
                "documents.attachment.removed": (_("删除附件"), "trash"),
            }
        )
