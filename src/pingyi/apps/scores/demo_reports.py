"""Duty reports of the invented city: a text each, and slides that are made here as a PDF. All of it
is invented, and every slide says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _

from pingyi.apps.documents.actions import attach
from pingyi.apps.people.models import Account
from pingyi.apps.rounds.actions import reports
from pingyi.apps.rounds.models import RoundTarget
from pingyi.base.references import Reference

Slide = tuple[str, ...]
"""A heading and the lines under it."""


@dataclass(frozen=True)
class Report:
    """What a unit hands in."""

    text: object
    slides: tuple[Slide, ...]


WATER = Report(
    _(
        "一、履职情况：完成河道整治18公里，农村饮水安全工程惠及12万人。二、存在问题：两项重点工程"
        "进度偏慢；夏季供水投诉办结不够及时。三、下步打算：倒排工期，逐周公布进度；供水投诉48小时内答复。"
    ),
    (
        ("履职情况", "河道整治18公里", "农村饮水安全工程惠及12万人", "汛前检查水库42座"),
        ("存在问题", "两项重点工程进度偏慢", "夏季供水投诉办结不够及时"),
        ("下步打算", "倒排工期，逐周公布进度", "供水投诉48小时内答复"),
    ),
)
WATER_BEFORE = Report(
    _(
        "一、履职情况：灌区改造完成九成，取水许可全部网上办理。二、存在问题：部分村饮水时断时续；河道"
        "采砂监管有空当。三、下步打算：汛前完成管网检修；重点河段装监控。"
    ),
    (
        ("履职情况", "灌区改造完成九成", "取水许可全部网上办理"),
        (
            "存在问题和打算",
            "部分村饮水时断时续：汛前完成管网检修",
            "采砂监管有空当：重点河段装监控",
        ),
    ),
)
_MARK = "演示资料，云州市和所有数字均为虚构"
_WIDTH, _HEIGHT = 720, 405


def hand_in(by: Account, target: RoundTarget, report: Report) -> None:
    """Written, slides attached, handed in."""
    reports.save_report(by=by, target=target, text=str(report.text), hand_in=False)
    cover = (f"{target.title}述职报告", target.presenter, target.round.title)
    slides = SimpleUploadedFile("述职演示文稿.pdf", _pdf((cover, *report.slides)))
    attach(by=by, reference=Reference("rounds.report", str(target.pk)), files=[slides])
    reports.save_report(by=by, target=target, text=str(report.text), hand_in=True)


def _pdf(slides: Sequence[Slide]) -> bytes:
    """Slides in a font of the reader's own, which every reader of PDF has for Chinese."""
    shared = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(slides)} /Kids ["
        + " ".join(f"{5 + 2 * place} 0 R" for place in range(len(slides)))
        + f"] /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Resources << /Font << /F 3 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        " /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500]"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
    )
    objects = list(shared)
    for slide in slides:
        drawn = _drawn(slide)
        objects.append(f"<< /Type /Page /Parent 2 0 R /Contents {len(objects) + 2} 0 R >>")
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    made, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    return f"{made}xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode("ascii")


def _drawn(slide: Slide) -> str:
    """The operators that draw one: heading in a dark band, lines, and what it is."""
    heading, *lines = slide
    band = f"0.11 0.25 0.4 rg 0 300 {_WIDTH} {_HEIGHT - 300} re f"
    words = [_words(heading, 30, 336, grey=1)]
    words += [_words(line, 22, 240 - 44 * place, grey=0) for place, line in enumerate(lines)]
    return "\n".join((band, *words, _words(_MARK, 12, 24, grey=0)))


def _words(text: str, size: int, up: int, *, grey: int) -> str:
    code = text.encode("utf-16-be").hex()
    return f"BT {grey} g /F {size} Tf 48 {up} Td <{code}> Tj ET"
