"""What a value that isn't there lacks, in the words of the scheme."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from pingyi.apps.schemes import queries
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.engine.grammar.nodes import Choose, node_inputs
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.grammar.votes import Counted, FigureNode


def lacks(version: SchemeVersion, node: str, empty: Collection[str]) -> str:
    """The channels, figures and other sources whose values a node without one lacks, by their
    titles; "" where it has a value. ``empty``: the nodes without a value for this target."""
    found = dict.fromkeys(_lacks(queries.load(version).scheme, node, empty))
    return "、".join(found)


def _lacks(scheme: Scheme, key: str, empty: Collection[str]) -> Iterator[str]:
    """Of a choice any one branch would do; all else is needed. A node that makes nothing of what
    is there is named itself."""
    if key not in empty:
        return
    node = scheme.nodes[key]
    if isinstance(node, Counted | FigureNode):
        yield _source(scheme, node)
        return
    below = [name for part in node_inputs(node) for name in _lacks(scheme, part, empty)]
    if isinstance(node, Choose) and below:
        below = [_("或").join(dict.fromkeys(below))]
    yield from below or [node.title]


def _source(scheme: Scheme, node: Counted | FigureNode) -> str:
    """What brings the values of a node, with the class of those asked by an agency. Which class
    of raters gave no ballot is not told: of a small one that is its count."""
    if isinstance(node, FigureNode):
        title = scheme.figures[node.figure].title
        part = scheme.classes[node.class_].title if node.class_ else ""
    else:
        title = scheme.inputs[node.input].title
        all_classes = set(node.classes) == set(scheme.inputs[node.input].classes)
        part = "" if all_classes else _("部分票种")
    return _("%(title)s（%(part)s）") % {"title": title, "part": part} if part else title
