"""The components of the house, as template tags. The gallery page shows each in every state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms, template
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.middleware.csrf import get_token
from django.template import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pingyi.base import figures
from pingyi.base.charts import Chart
from pingyi.base.doors import opens
from pingyi.base.parts import STATE_ICONS, Event, Item, Stage, steps_of
from pingyi.base.posting import overtaken

register = template.Library()
register.filter("moment", figures.moment)
register.filter("day", figures.day)
register.filter("clock", figures.clock)
register.filter("number", figures.number)
register.filter("percent", figures.percent)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of Tabler, silent for screen readers: a word always stands beside it."""
    return format_html(
        '<i class="ti ti-{}{}" aria-hidden="true"></i>', name, f" {css}" if css else ""
    )


@register.simple_tag
def state(word: object, kind: str = "neutral", mark: str = "") -> SafeString:
    """A state: word, icon and colour. Kinds: neutral waiting active done warning late locked."""
    sign = icon(mark or STATE_ICONS[kind])
    return format_html('<span class="state state-{}">{}{}</span>', kind, sign, word)


@register.inclusion_tag("base/part/stages.html")
def stages(steps: Iterable[Stage]) -> dict[str, Any]:
    """The stage bar of a file."""
    return {"stages": list(steps)}


@register.inclusion_tag("base/part/form_steps.html")
def form_steps(titles: Sequence[object], step: int) -> dict[str, Any]:
    return {"steps": steps_of(titles, step)}


@register.inclusion_tag("base/part/story.html")
def story(events: Iterable[Event]) -> dict[str, Any]:
    """History as a story, newest first as the caller orders it."""
    return {"events": list(events)}


@register.inclusion_tag("base/part/facts.html")
def facts(pairs: Iterable[tuple[object, object]] | Mapping[object, object]) -> dict[str, Any]:
    """Facts as a list of (title, value)."""
    return {"facts": list(pairs.items() if isinstance(pairs, Mapping) else pairs or ())}


@register.inclusion_tag("base/part/desk_items.html")
def desk_items(items: Iterable[Item] | None, nothing: str, hint: str) -> dict[str, Any]:
    return {"items": list(items or ()), "nothing": nothing, "hint": hint}


@register.inclusion_tag("base/part/empty.html")
def empty(
    title: object = "",
    text: object = "",
    icon: str = "inbox-off",
    address: str = "",
    action: object = "",
    small: bool = False,
) -> dict[str, Any]:
    """What stands where nothing is: why, and the way on."""
    shown = {"title": title or _("还没有内容"), "text": text, "icon": icon}
    return {**shown, "address": address, "action": action, "small": small}


@register.inclusion_tag("base/part/pager.html")
def pager(listing: Any) -> dict[str, Any]:
    return {"pager": listing.pager}


@register.inclusion_tag("base/part/confirm.html", takes_context=True)
def confirm(
    context: Context,
    address: str,
    title: object,
    ask: object = "",
    icon: str = "",
    css: str = "btn",
    **values: object,
) -> dict[str, Any]:
    """A button that posts ``values`` to ``address`` after the question ``ask``."""
    shown = {"address": address, "title": title, "ask": ask, "icon": icon, "css": css}
    return {**shown, "values": values.items(), "csrf_token": _csrf(context)}


@register.simple_tag
def tip(text: object) -> SafeString:
    """Help beside a word: shown when pointed at or focused, read aloud as the button's name."""
    return format_html(
        '<span class="tip no-print"><button type="button" class="tip-mark" aria-label="{}：{}">{}'
        '</button><span class="tip-body" aria-hidden="true">{}</span></span>',
        _("说明"),
        text,
        icon("help-circle"),
        text,
    )


@register.simple_block_tag
def why(content: str, word: str = "") -> SafeString:
    """Unfolds where a number comes from: ``{% why %}…{% endwhy %}`` beside it."""
    return format_html(
        '<details class="why"><summary>{}{}</summary><div class="why-body">{}</div></details>',
        icon("chevron-right"),
        word or _("为什么？"),
        content,
    )


@register.simple_tag
def progress(done: int, total: int, label: object = "") -> SafeString:
    """How far something is, as a bar and in figures."""
    return format_html(
        '<div class="measure"><progress max="{}" value="{}" aria-label="{}"></progress>'
        '<span class="number">{} / {}</span></div>',
        total or 1,
        done,
        label or _("进度"),
        figures.number(done),
        figures.number(total),
    )


@register.inclusion_tag("base/part/chart.html")
def chart(one: Chart | None) -> dict[str, Any]:
    """A picture of a table on the page, nothing without one. The page's head includes
    ``base/part/chart_scripts.html``."""
    return {"chart": one, "data_id": f"chart-{one.key}-data" if one else ""}


@register.simple_block_tag(takes_context=True)
def door(context: Context, content: str, name: str, *args: object, css: str = "") -> SafeString:
    """A link for those for whom its page opens, and nothing for others:
    ``{% door "rolls:slips" poll.slug css="btn" %}…{% enddoor %}``."""
    request, address = context["request"], reverse(name, args=args)
    if not opens(request.user)(address):
        return SafeString()
    here = mark_safe(' aria-current="page"' if request.path == address else "")
    look = format_html(' class="{}"', css) if css else ""
    return format_html('<a{} href="{}"{}>{}</a>', look, address, here, content)


@register.simple_tag(takes_context=True)
def crumbs(context: Context, *pairs: object) -> SafeString:
    """The way back: ``{% crumbs url title url title %}``; an address may be a name of one."""
    request = context.get("request")
    public = request is not None and not request.user.is_authenticated
    home = (reverse("home"), _("首页")) if public else (reverse("desk"), _("工作台"))
    links = [home, *((_address(str(pairs[i])), pairs[i + 1]) for i in range(0, len(pairs) - 1, 2))]
    items = format_html_join("", '<li class="breadcrumb-item"><a href="{}">{}</a></li>', links)
    return format_html(
        '<nav aria-label="{}"><ol class="breadcrumb mb-2">{}</ol></nav>', _("所在位置"), items
    )


def _address(name: str) -> str:
    if name.startswith(("/", "?")):
        return name
    try:
        return reverse(name)
    except NoReverseMatch:
        raise template.TemplateSyntaxError(f"crumbs: no address is named {name!r}") from None


# Forms


@register.simple_tag
def field(bound: forms.BoundField, mark: bool = True) -> SafeString:
    """A field: label, input, help, errors, bound together for screen readers."""
    widget = bound.field.widget
    kind = _kind(widget)
    attrs: dict[str, Any] = {"class": f"{_css(kind)} {widget.attrs.get('class', '')}".strip()}
    if bound.errors:
        attrs["class"] += " is-invalid"
        attrs["aria-invalid"] = "true"
    if kind == "group":
        widget.attrs["class"] = attrs["class"]
    described = bound.aria_describedby if bound.auto_id else ""
    shown = {
        "bound": bound,
        "kind": kind,
        "optional_mark": not mark,
        "invalid": bool(bound.errors),
        "described": described,
        "widget": "" if kind == "group" else bound.as_widget(attrs=attrs),
    }
    return SafeString(render_to_string("base/part/field.html", shown))


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    return "select" if isinstance(widget, forms.Select) else "control"


def _css(kind: str) -> str:
    check = "form-check-input"
    return {"check": check, "group": check, "select": "form-select"}.get(kind, "form-control")


@register.simple_tag
def error_summary(form: forms.BaseForm | str | None) -> SafeString:
    """All errors of a form above it, each with a way to its field; nothing when there is none."""
    if not isinstance(form, forms.BaseForm) or not form.errors:
        return SafeString()
    fields = [bound for bound in form if bound.errors]
    whole = form.non_field_errors()
    shown = {
        "fields": fields,
        "whole": whole,
        "total": len(fields) + len(whole),
        "overtaken": overtaken(form),
        "there": getattr(form, "there", ()),
    }
    return SafeString(render_to_string("base/part/error_summary.html", shown))


# The shell


@register.inclusion_tag("base/part/languages.html", takes_context=True)
def languages(context: Context, css: str = "btn") -> dict[str, Any]:
    """Buttons that change the language of the interface."""
    request = context.get("request")
    return {
        "languages": settings.LANGUAGES,
        "now": get_language(),
        "next": request.get_full_path() if request else "/",
        "css": css,
        "csrf_token": _csrf(context),
    }


def _csrf(context: Context) -> str:
    request = context.get("request")
    return get_token(request) if request else ""


_ALERTS = {
    messages.DEBUG: ("info", "info-circle"),
    messages.INFO: ("info", "info-circle"),
    messages.SUCCESS: ("success", "circle-check"),
    messages.WARNING: ("warning", "alert-triangle"),
    messages.ERROR: ("danger", "alert-octagon"),
}


@register.simple_tag
def alert_kind(message: Message) -> str:
    return _ALERTS.get(message.level, _ALERTS[messages.INFO])[0]


@register.simple_tag
def alert_icon(message: Message) -> SafeString:
    return icon(_ALERTS.get(message.level, _ALERTS[messages.INFO])[1])


@register.simple_tag
def close_button() -> SafeString:
    return format_html(
        '<button type="button" class="btn-close" data-bs-dismiss="alert" aria-label="{}"></button>',
        _("关闭"),
    )
