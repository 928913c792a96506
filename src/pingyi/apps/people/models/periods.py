"""From a day to a day: the first day counts, the last does not (任免之日)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _


def today() -> date:
    """The calendar day of the installation."""
    return timezone.localdate()


def on_day(day: date) -> Q:
    """Periods that cover a day."""
    begun = Q(since=None) | Q(since__lte=day)
    return begun & (Q(until=None) | Q(until__gt=day))


class Period(models.Model):
    """A fact that held from a day (unknown where empty) to a day (still, where empty)."""

    since = models.DateField("起始日期", null=True, blank=True)
    until = models.DateField("截止日期", null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or self.until > day)

    def period_text(self) -> str:
        """``2015年3月1日起`` or ``2013-01-01 至 2015-03-01``, for pages and lists."""
        since = self.since.isoformat() if self.since else _("不详")
        if self.until is None:
            return _("%(since)s 至今") % {"since": since}
        return _("%(since)s 至 %(until)s") % {"since": since, "until": self.until.isoformat()}


def period_check(name: str) -> models.CheckConstraint:
    """The end is not before the beginning."""
    fits = Q(since=None) | Q(until=None) | Q(until__gte=models.F("since"))
    return models.CheckConstraint(condition=fits, name=name)
