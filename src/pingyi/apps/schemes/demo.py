"""Schemes of the invented city 云州市."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pingyi.apps.people.models import Account
from pingyi.apps.schemes import actions
from pingyi.apps.schemes.models import SchemeVersion


@dataclass(frozen=True)
class DemoSchemes:
    """Four sealed versions, and a draft that waits for its reasons."""

    team_review: SchemeVersion
    two_way: SchemeVersion
    organisation: SchemeVersion
    member: SchemeVersion
    draft: SchemeVersion


def make_schemes(by: Account) -> DemoSchemes:
    """Make what is not there yet; twice makes nothing twice."""
    return DemoSchemes(
        team_review=_sealed(
            by,
            _("云州市市直机关领导班子述职评议方案（2026年）"),
            "jiaozuo-team-review",
            "云办〔2026〕8号",
            "云督考备〔2026〕3号",
        ),
        two_way=_sealed(
            by,
            _("云州市乡镇党委书记双向述职评议方案（2026年）"),
            "ruyang-two-way",
            "云组〔2026〕15号",
            "云督考备〔2026〕4号",
        ),
        organisation=_three(by, _("云州市机关党组织评议方案（2026年）"), "organisation"),
        member=_three(by, _("云州市党员评议方案（2026年）"), "member"),
        draft=_draft(by, _("市直机关述职评议方案（网络投票计分，征求意见稿）")),
    )


def _three(by: Account, title: str, scheme: str) -> SchemeVersion:
    """Of the second and the third of the three reviews (JZ-02)."""
    pack = "jiaozuo-organisation-member"
    return _sealed(by, title, pack, "云办〔2026〕8号", "云督考备〔2026〕3号", scheme)


def _sealed(
    by: Account, title: str, pack: str, basis: str, filing: str, scheme: str = ""
) -> SchemeVersion:
    found = SchemeVersion.objects.sealed().filter(title=title).first()
    if found is not None:
        return found
    version = actions.create_draft(by=by, pack=pack, scheme=scheme, title=title)
    for name, value in (("basis_document", basis), ("filing_number", filing)):
        version = actions.set_fact(by=by, version=version, name=name, value=value)
    return actions.seal(by=by, version=version, confirmed=True)


def _draft(by: Account, title: str) -> SchemeVersion:
    found = SchemeVersion.objects.drafts().filter(title=title).first()
    if found is not None:
        return found
    pack, preset = "jiaozuo-team-review", "jiaozuo-2017"
    version = actions.create_draft(by=by, pack=pack, preset=preset, title=title)
    return actions.set_parameter(by=by, version=version, key="excellent_ratio", value="30%")
