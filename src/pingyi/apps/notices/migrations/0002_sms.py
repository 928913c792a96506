import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("notice", "urgent", models.BooleanField("催办", default=False)),
        migrations.AddField(
            "notice",
            "text_after",
            models.DateTimeField("短信不早于", default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField("notice", "texted_at", models.DateTimeField("短信时间", null=True)),
        migrations.AddIndex(
            "notice",
            models.Index(
                condition=Q(read_at=None, texted_at=None, urgent=True),
                fields=["text_after"],
                name="notice_to_text",
            ),
        ),
        migrations.AddField("noticewishes", "by_sms", models.BooleanField("发短信", default=False)),
        migrations.AddField(
            "noticewishes", "mobile", models.CharField("手机号", blank=True, max_length=20)
        ),
        migrations.AddConstraint(
            "noticewishes",
            models.CheckConstraint(
                condition=Q(by_sms=False) | ~Q(mobile=""), name="notice_wishes_mobile_for_sms"
            ),
        ),
    ]
