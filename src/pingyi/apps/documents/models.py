"""Attachments: what the database knows of a file; its bytes lie beside the database."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from pingyi.base.references import Reference


class Attachment(models.Model):
    """A file that belongs to a thing. The same bytes attached twice are two rows and one file."""

    subject_kind = models.CharField("所属类别", max_length=60)
    subject_id = models.CharField("所属编号", max_length=60)
    name = models.CharField("文件名", max_length=200)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小")
    digest = models.CharField("摘要", max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = "附件"
        ordering = ("uploaded_at", "pk")
        indexes = [models.Index(fields=("subject_kind", "subject_id"), name="attachment_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=("subject_kind", "subject_id", "digest", "name"), name="attachment_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> Reference:
        return Reference(self.subject_kind, self.subject_id)

    @property
    def is_film(self) -> bool:
        return self.media_type.startswith("video/")

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")
