"""Running orders: by strokes, by lot, by hand."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from pingyi.apps.rounds.models import RoundTarget
from pingyi.base.errors import Invalid


def in_order(
    targets: Iterable[RoundTarget], how: str, codes: Sequence[str] = ()
) -> list[RoundTarget]:
    """By the strokes of the presenters' surnames (``strokes``), by lot (``lot``) or as ``codes``
    say (``hand``). Raises ``Invalid`` where strokes are not known, or the codes are others."""
    found = list(targets)
    if how == "strokes":
        unknown = [target.title for target in found if target.presenter_strokes is None]
        if unknown:
            raise Invalid(
                _("不知道述职人的姓氏笔画：%(titles)s。") % {"titles": "、".join(unknown)},
                _("请在人员名册里补填笔画，或改用抽签、手工排序。"),
            )
        return sorted(found, key=lambda target: (target.presenter_strokes or 0, target.presenter))
    if how == "lot":
        secrets.SystemRandom().shuffle(found)
        return found
    place = {code: number for number, code in enumerate(codes)}
    if set(place) != {target.code for target in found} or len(codes) != len(found):
        raise Invalid(_("排序里的对象与现有对象不一致。"), _("请刷新页面后重排。"))
    return sorted(found, key=lambda target: place[target.code])
