"""What a sealed scheme asks of a ballot: all that the rooms of the vote need to know of it.

They read a ``BallotForm`` and never the engine. An answer's code is its place in ``answers``;
``abstained`` and ``not_informed`` are the two codes after the last answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from pingyi.apps.schemes import queries
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.wording import CHOICES
from pingyi.base.errors import Invalid
from pingyi.engine.grammar.papers import (
    BallotRule,
    Input,
    Paper,
    Points,
    Quorum,
    RuleCount,
    RuleOver,
)
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.numbers import short_text

NOT_RATED = 65_535
"""In place of an answer's code: the ballot doesn't rate this target."""


@dataclass(frozen=True)
class Named:
    """A dimension, a rater class, an attribute: key, title, help."""

    key: str
    title: str
    help: str


@dataclass(frozen=True)
class Answer:
    """``value`` is an exact number as text (a decimal, or ``p/q`` where there is no short one)."""

    label: str
    value: str


@dataclass(frozen=True)
class PointScale:
    """Scores from ``least`` to ``most`` in steps, as decimal text."""

    least: str
    most: str
    step: str


@dataclass(frozen=True)
class PaperForm:
    """A ballot form; without ``points``, its answers are grades."""

    key: str
    title: str
    help: str
    basis: str
    dimensions: tuple[Named, ...]
    answers: tuple[Answer, ...]
    points: PointScale | None
    may_abstain: bool
    may_be_not_informed: bool
    scope: str
    """``all``: a ballot rates many targets; ``own``: one."""
    recusal: str
    """What becomes of the rater's own unit: ``none``, ``drop`` (the sheet) or ``void``."""
    rules: tuple[str, ...]
    """The ballot rules, for the voter to read."""
    has_rules_over_ballot: bool
    """Is there a rule over a whole ballot? Then it cannot be cast presenter by presenter."""

    @property
    def abstained(self) -> int:
        return len(self.answers)

    @property
    def not_informed(self) -> int:
        return len(self.answers) + 1

    def takes(self, code: int) -> bool:
        """May this code stand on a ballot, for a target that is rated?"""
        return (
            0 <= code < len(self.answers)
            or (self.may_abstain and code == self.abstained)
            or (self.may_be_not_informed and code == self.not_informed)
        )


@dataclass(frozen=True)
class QuorumForm:
    """``count`` ÷ ``of`` must reach (or, with ``exceed``, be more than) ``least``."""

    title: str
    basis: str
    least: str
    exceed: bool
    of: str
    count: str
    blocks: bool
    """Is there no result where it is missed? Else a warning."""

    def heads(self) -> tuple[str, ...]:
        """Which head counts it needs: ``expected``, ``present``, ``issued``."""
        return (self.of, "present") if self.count == "present" else (self.of,)

    def words(self) -> str:
        test = _("超过") if self.exceed else _("达到")
        facts = {
            "count": CHOICES[self.count],
            "of": CHOICES[self.of],
            "test": test,
            "least": self.least,
        }
        return _("%(count)s%(test)s%(of)s的 %(least)s") % facts


@dataclass(frozen=True)
class Channel:
    """An input of the scheme: which classes fill in which papers, as ballots or counted sheets."""

    key: str
    title: str
    basis: str
    kind: str
    """``ballots`` or ``tally``"""
    classes: tuple[str, ...]
    papers: tuple[str, ...]
    quorum: QuorumForm | None


@dataclass(frozen=True)
class FigureForm:
    """A number that somebody supplies per target (and respondent class)."""

    key: str
    title: str
    basis: str
    unit: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class AttributeForm:
    """What must be known of a target; ``values`` as (value, title), empty where anything goes."""

    key: str
    title: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BallotForm:
    """Everything that a vote under this scheme needs."""

    title: str
    digest: str
    papers: tuple[PaperForm, ...]
    classes: tuple[Named, ...]
    channels: tuple[Channel, ...]
    figures: tuple[FigureForm, ...]
    attributes: tuple[AttributeForm, ...]

    def paper(self, key: str) -> PaperForm:
        """Raises ``KeyError``."""
        return {paper.key: paper for paper in self.papers}[key]

    def rater_class(self, key: str) -> Named:
        return {named.key: named for named in self.classes}[key]

    def channel(self, key: str) -> Channel:
        return {channel.key: channel for channel in self.channels}[key]


def ballot_form(version: SchemeVersion) -> BallotForm:
    """The form of a sealed version. Raises ``Conflict`` as ``queries.load`` does."""
    file = queries.load(version)
    return form_of(file.scheme, file.digest)


def form_of_text(text: str) -> BallotForm | None:
    """The form of a draft; None while it cannot be read."""
    try:
        file = queries.read_text(text)
    except Invalid:
        return None
    return form_of(file.scheme, file.digest)


def form_of(scheme: Scheme, digest: str = "") -> BallotForm:
    """The form of any scheme, also of a draft's."""
    return BallotForm(
        title=scheme.title,
        digest=digest,
        papers=tuple(_paper(key, paper) for key, paper in scheme.papers.items()),
        classes=tuple(
            Named(key, rater.title, rater.help or "") for key, rater in scheme.classes.items()
        ),
        channels=tuple(_channel(key, source) for key, source in scheme.inputs.items()),
        figures=tuple(
            FigureForm(key, figure.title, figure.basis.text(), figure.unit or "", figure.classes)
            for key, figure in scheme.figures.items()
        ),
        attributes=tuple(
            AttributeForm(key, attribute.title, tuple((attribute.values or {}).items()))
            for key, attribute in scheme.attributes.items()
        ),
    )


@dataclass(frozen=True)
class ChannelWords:
    """A channel as a person reads it."""

    title: str
    classes: tuple[str, ...]
    papers: tuple[str, ...]
    quorum: str


def channels_in_words(form: BallotForm | None) -> list[ChannelWords]:
    if form is None:
        return []
    return [
        ChannelWords(
            channel.title,
            tuple(form.rater_class(key).title for key in channel.classes),
            tuple(form.paper(key).title for key in channel.papers),
            "" if channel.quorum is None else channel.quorum.words(),
        )
        for channel in form.channels
    ]


def _paper(key: str, paper: Paper) -> PaperForm:
    values = [number_text(value) for value in paper.values]
    labels = list(paper.grades) if paper.grades is not None else values
    return PaperForm(
        key=key,
        title=paper.title,
        help=paper.help or "",
        basis=paper.basis.text(),
        dimensions=tuple(Named(k, d.title, d.help or "") for k, d in paper.dimensions.items()),
        answers=tuple(Answer(*pair) for pair in zip(labels, values, strict=True)),
        points=_points(paper.points),
        may_abstain=paper.abstain,
        may_be_not_informed=paper.not_informed,
        scope=paper.scope.value,
        recusal=paper.recusal.value,
        rules=tuple(map(_rule_words, paper.rules)),
        has_rules_over_ballot=any(
            RuleOver.BALLOT in (rule.over, rule.void) for rule in paper.rules
        ),
    )


def _rule_words(rule: BallotRule) -> str:
    """The rule's title, with the bounds that it doesn't name itself."""
    scores = rule.count is RuleCount.SCORES
    least = _("不得少于 %(n)s 项") if scores else _("不得少于 %(n)s 个")
    most = _("不得多于 %(n)s 项") if scores else _("不得多于 %(n)s 个")
    bounds = [
        words % {"n": bound}
        for words, bound in ((least, rule.least), (most, rule.most))
        if bound is not None and str(bound) not in rule.title
    ]
    if not bounds:
        return rule.title
    return _("%(title)s（%(bounds)s）") % {"title": rule.title, "bounds": "，".join(bounds)}


def number_text(value: Fraction) -> str:
    """A decimal where it is short, else the exact fraction."""
    text = short_text(value)
    return str(value) if text.startswith("≈") else text


def _channel(key: str, source: Input) -> Channel:
    return Channel(
        key=key,
        title=source.title,
        basis=source.basis.text(),
        kind=source.kind.value,
        classes=source.classes,
        papers=source.papers,
        quorum=_quorum(source.quorum),
    )


def _points(points: Points | None) -> PointScale | None:
    if points is None:
        return None
    return PointScale(number_text(points.least), number_text(points.most), number_text(points.step))


def _quorum(quorum: Quorum | None) -> QuorumForm | None:
    if quorum is None:
        return None
    return QuorumForm(
        title=quorum.title,
        basis=quorum.basis.text(),
        least=number_text(quorum.least),
        exceed=quorum.exceed,
        of=quorum.of.value,
        count=quorum.count.value,
        blocks=quorum.otherwise.value == "block",
    )
