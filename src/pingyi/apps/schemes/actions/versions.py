"""Versions: drafted, edited, reasoned, sealed, copied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.people.models import Account
from pingyi.apps.schemes import access, drafts, queries
from pingyi.apps.schemes.enums import State
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.workflow import SCHEME
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid, Missing
from pingyi.base.marks import changed_meanwhile, stale_after
from pingyi.base.models import AuditEntry
from pingyi.base.stories import last_told
from pingyi.engine.grammar.document import MOST_CHARACTERS
from pingyi.engine.grammar.scheme import GRAMMAR_VERSION

TITLES: dict[str, object] = {state.value: state.label for state in State}
FACTS = ("title", "basis_document", "filing_number")
_KIND = "schemes.schemeversion"
MOST_VALUE = 500
"""Characters of a parameter's value at most."""


@transaction.atomic
def create_draft(
    *, by: Account, pack: str, scheme: str = "", preset: str = "", title: str = ""
) -> SchemeVersion:
    """A draft from a practice pack with the values of a preset. Raises ``Invalid``."""
    access.require_editor(by)
    start = drafts.from_pack(pack, scheme, preset)
    return _add(
        by,
        "schemes.draft.created",
        SchemeVersion(
            title=title.strip() or start.title,
            pack=start.pack,
            pack_scheme=start.scheme,
            preset=start.preset,
            text=start.text,
        ),
    )


@transaction.atomic
def create_from_text(*, by: Account, text: str, title: str = "") -> SchemeVersion:
    """A draft from a YAML text of the office's own. Raises ``SchemeRefused``."""
    access.require_editor(by)
    file = queries.read_text(text)
    version = SchemeVersion(title=title.strip() or file.scheme.title, text=text)
    return _add(by, "schemes.draft.created", version)


@transaction.atomic
def copy(*, by: Account, version: SchemeVersion, title: str = "") -> SchemeVersion:
    """A draft that follows a sealed version. The reasons must be given anew: they were last
    year's, and so were the basis document and the filing number."""
    access.require_editor(by)
    queries.load(version)
    return _add(
        by,
        "schemes.draft.copied",
        SchemeVersion(
            title=title.strip() or version.title,
            pack=version.pack,
            pack_scheme=version.pack_scheme,
            preset=version.preset,
            text=version.text,
            predecessor=version,
        ),
    )


def _add(by: Account, verb: str, version: SchemeVersion) -> SchemeVersion:
    version.title = version.title[:200]
    version.grammar = GRAMMAR_VERSION
    version.scheme_key = drafts.key_of(version.text)
    version.created_by = by
    version.save()
    followed = version.predecessor_id
    audit.record(by=by, verb=verb, subject=version, pack=version.pack, predecessor=followed)
    return version


@transaction.atomic
def save_text(
    *, by: Account, version: SchemeVersion, text: str, revision: int | None = None
) -> SchemeVersion:
    """Keep the YAML text as typed, right or wrong. With ``revision``, only if nobody else has
    changed the draft since. Raises ``Stale``."""
    access.require_editor(by)
    if "\0" in text:
        raise Invalid(_("方案文本里有空字符。"), _("请另存为纯文本再上传。"), field="text")
    if len(text) > MOST_CHARACTERS:
        raise Invalid(
            _("方案文本超过 %(most)s 字。") % {"most": MOST_CHARACTERS}, _("请删减。"), field="text"
        )
    draft = _locked(version, "edit", revision)
    if draft.text == text:
        return draft
    return _changed(by, draft, "schemes.draft.text_saved", text=text)


@transaction.atomic
def set_parameter(
    *,
    by: Account,
    version: SchemeVersion,
    key: str,
    value: str,
    part: str = "value",
    seen: str | None = None,
) -> SchemeVersion:
    """Keep a parameter's value (or its ``basis``) as typed, right or wrong. Raises ``Missing``,
    and ``Stale`` where another has changed it since ``seen`` stood there."""
    access.require_editor(by)
    draft = _locked(version, "edit")
    value = _clean(value)
    before = drafts.parameter_part(draft.text, key, part)
    if before is None:
        raise Missing(_("方案里没有参数“%(key)s”。") % {"key": key})
    if before == value:
        return draft
    _not_over_another(by, draft, seen, before, key=key, part=part)
    text = drafts.with_parameter(draft.text, key, part, value)
    told = {"key": key, "part": part, "from": before, "to": value}
    return _changed(by, draft, "schemes.draft.parameter_set", text=text, told=told)


@transaction.atomic
def save_fields(
    *,
    by: Account,
    version: SchemeVersion,
    facts: Mapping[str, str],
    parameters: Mapping[tuple[str, str], str],
    seen: Mapping[str | tuple[str, str], str] | None = None,
) -> SchemeVersion:
    """Keep several facts by name, and parameters by (key, part). ``seen``: what stood in each
    before it was changed."""
    access.require_editor(by)
    was = seen or {}
    for name, value in facts.items():
        version = set_fact(by=by, version=version, name=name, value=value, seen=was.get(name))
    for place, value in parameters.items():
        key, part = place
        version = set_parameter(
            by=by, version=version, key=key, value=value, part=part, seen=was.get(place)
        )
    return version


@transaction.atomic
def set_fact(
    *, by: Account, version: SchemeVersion, name: str, value: str, seen: str | None = None
) -> SchemeVersion:
    """Keep the title, the basis document or the filing number. Raises ``Invalid``, and ``Stale``
    as ``set_parameter``."""
    access.require_editor(by)
    if name not in FACTS:
        raise Missing(_("没有这一项。"))
    draft = _locked(version, "edit")
    value = _clean(value)
    field = SchemeVersion._meta.get_field(name)
    most = int(getattr(field, "max_length", 0))
    if len(value) > most:
        raise Invalid(_("最多 %(most)s 字。") % {"most": most}, _("请缩短。"), field=name)
    if name == "title" and not value:
        raise Invalid(_("名称不能空着。"), _("请填写方案名称。"), field=name)
    before = getattr(draft, name)
    if before == value:
        return draft
    _not_over_another(by, draft, seen, before, name=name)
    setattr(draft, name, value)
    told = {"name": name, "from": before, "to": value}
    return _changed(by, draft, "schemes.draft.fact_set", told=told)


@transaction.atomic
def give_reason(
    *,
    by: Account,
    version: SchemeVersion,
    mark: str,
    reason: str,
    basis: str,
    seen: tuple[str, str] | None = None,
) -> SchemeVersion:
    """Keep the reason and basis of a harmful or odd choice. Raises ``Missing``. Where another has
    changed them since ``seen`` stood there, theirs stay if these weren't changed, else ``Stale``
    is raised."""
    access.require_editor(by)
    draft = _locked(version, "edit")
    harm = {harm.mark: harm for harm in drafts.harms_of(draft)}.get(mark)
    if harm is None:
        raise Missing(_("方案里没有这一特别事项。"), _("请刷新页面。"))
    given = {
        "title": harm.title,
        "value": harm.value,
        "reason": _lines(reason),
        "basis": _clean(basis),
    }
    before = draft.reasons.get(mark) or {}
    if before == given:
        return draft
    was = (_lines(seen[0]), seen[1]) if seen else None
    if was and was != (before.get("reason", ""), before.get("basis", "")):
        if was == (given["reason"], given["basis"]):
            return draft
        raise changed_meanwhile(_KIND, draft.pk, mark=mark)
    draft.reasons = {**draft.reasons, mark: given}
    return _changed(by, draft, "schemes.draft.reason_given", told={"mark": mark, **given})


@transaction.atomic
def give_reasons(
    *,
    by: Account,
    version: SchemeVersion,
    given: Iterable[tuple[str, str, str]],
    seen: Mapping[str, tuple[str, str]] | None = None,
) -> SchemeVersion:
    """Keep several reasons at once, as (mark, reason, basis). ``seen``: what reason and basis
    stood at each mark before."""
    access.require_editor(by)
    was = seen or {}
    for mark, reason, basis in given:
        version = give_reason(
            by=by, version=version, mark=mark, reason=reason, basis=basis, seen=was.get(mark)
        )
    return version


@transaction.atomic
def seal(*, by: Account, version: SchemeVersion, confirmed: bool) -> SchemeVersion:
    """Seal a draft for ever. Raises ``SchemeRefused``, ``Invalid`` for what is missing, and
    ``Conflict`` where it is sealed already."""
    access.require_editor(by)
    draft = _locked(version, "seal")
    file = queries.read_text(draft.text)
    if not draft.basis_document:
        raise Invalid(_("还没有填写依据文号。"), _("请写明开展评议所依据的文件。"))
    if not draft.filing_number:
        raise Invalid(_("还没有填写备案号。"), _("请填写计划备案号；无须备案的，写明理由。"))
    found = drafts.harms_of(draft)
    lacking = [harm.title for harm in found if not drafts.has_reason(draft, harm)]
    if lacking:
        raise Invalid(
            _("以下事项还没有说明理由和依据：%(titles)s。") % {"titles": "、".join(lacking)},
            _("请逐项填写后再封存。"),
        )
    if not confirmed:
        raise Invalid(_("还没有确认封存。"), _("封存后不能修改，请勾选确认。"), field="confirmed")
    draft.reasons = {harm.mark: draft.reasons[harm.mark] for harm in found}
    draft.state = SCHEME.go(draft.state, "seal", TITLES)
    draft.sealed_at, draft.sealed_by = timezone.now(), by
    draft.scheme_key, draft.digest = file.scheme.key, file.digest
    draft.grammar = GRAMMAR_VERSION
    draft.seal = draft.seal_of()
    draft.save()
    audit.record(
        by=by,
        verb="schemes.version.sealed",
        subject=draft,
        digest=draft.digest,
        seal=draft.seal,
        basis_document=draft.basis_document,
        filing_number=draft.filing_number,
        reasons=draft.reasons,
    )
    return draft


@transaction.atomic
def discard(*, by: Account, version: SchemeVersion) -> None:
    """Delete a draft."""
    access.require_editor(by)
    draft = _locked(version, "discard")
    audit.record(by=by, verb="schemes.draft.discarded", subject=draft)
    draft.delete()


def _clean(value: str) -> str:
    """One line without control characters, which no YAML text may hold."""
    line = "".join(sign if sign.isprintable() else " " for sign in value).strip()
    if len(line) > MOST_VALUE:
        raise Invalid(_("最多 %(most)s 字。") % {"most": MOST_VALUE}, _("请缩短。"))
    return line


def _lines(text: str) -> str:
    return "\n".join(_clean(line) for line in text.splitlines()).strip()


def _not_over_another(
    by: Account, draft: SchemeVersion, seen: str | None, before: str, **details: str
) -> None:
    """Raises ``Stale`` where what stands there isn't ``seen`` any more, and another has put it
    there; one's own earlier words are no surprise."""
    if seen in (None, before):
        return
    asked = Q(**{f"details__{name}": value for name, value in details.items()})
    rows = AuditEntry.objects.filter(subject_kind=_KIND, subject_id=str(draft.pk))
    changes = rows.filter(asked | Q(verb="schemes.draft.text_saved"))
    last = changes.order_by("-number").first()
    if last is not None and last.actor != by.username:
        raise stale_after(changes)


def _locked(version: SchemeVersion, verb: str, revision: int | None = None) -> SchemeVersion:
    """The draft as it is now, locked. Raises ``Missing`` and ``Conflict``."""
    draft = SchemeVersion.objects.select_for_update().filter(pk=version.pk).first()
    if draft is None:
        raise Missing(_("没有这个方案。"), _("可能已被删除；请从方案列表进入。"))
    try:
        SCHEME.go(draft.state, verb, TITLES)
    except Conflict as refused:
        raise Conflict(f"{refused.what}{last_told(_KIND, draft.pk)}", refused.mend) from refused
    if revision is not None and revision != draft.revision:
        raise changed_meanwhile(_KIND, draft.pk)
    return draft


def _changed(
    by: Account,
    draft: SchemeVersion,
    verb: str,
    *,
    text: str | None = None,
    told: Mapping[str, object] | None = None,
) -> SchemeVersion:
    if text is not None:
        draft.text = text
        draft.scheme_key = drafts.key_of(text) or draft.scheme_key
    draft.revision += 1
    draft.save()
    audit.record(by=by, verb=verb, subject=draft, revision=draft.revision, **(told or {}))
    return draft
