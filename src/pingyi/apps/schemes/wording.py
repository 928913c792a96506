"""Plain words for what stands in a scheme: places, choices, values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.engine.grammar.document import Data, Path

CHOICES: dict[str, object] = {
    "renormalise": gettext_lazy("由其余部分按比例分担"),
    "zero": gettext_lazy("按 0 分计"),
    "block": gettext_lazy("不出结果"),
    "leave_out": gettext_lazy("不计这一份"),
    "missing": gettext_lazy("视为没有数据"),
    "full": gettext_lazy("视为完成"),
    "half_up": gettext_lazy("四舍五入"),
    "truncate": gettext_lazy("舍去"),
    "half_even": gettext_lazy("四舍六入五成双"),
    "floor": gettext_lazy("舍去小数"),
    "ceil": gettext_lazy("进一"),
    "skip": gettext_lazy("同分同名次，下一名次顺延（1、1、3）"),
    "dense": gettext_lazy("同分同名次，名次不空（1、1、2）"),
    "none": gettext_lazy("都不"),
    "all": gettext_lazy("全部"),
    "own": gettext_lazy("只评本单位"),
    "tie_break": gettext_lazy("按破并列条件"),
    "warn": gettext_lazy("只提示，照样出结果"),
    "expected": gettext_lazy("应到人数"),
    "present": gettext_lazy("实到人数"),
    "issued": gettext_lazy("发出票数"),
    "returned": gettext_lazy("收回票数"),
    "valid": gettext_lazy("有效票数"),
    "mean": gettext_lazy("平均"),
    "median": gettext_lazy("中位数"),
    "trimmed": gettext_lazy("去掉最高最低后平均"),
    "share": gettext_lazy("所占比例"),
    "bar_top": gettext_lazy("不得评为最高等次"),
    "fix_grade": gettext_lazy("直接定等次"),
    "zero_item": gettext_lazy("该项记 0 分"),
    "zero_all": gettext_lazy("总分记 0 分"),
    "bar_awards": gettext_lazy("取消评先资格"),
    "end": gettext_lazy("最后取位"),
    "parts": gettext_lazy("各部分先取位"),
    "published": gettext_lazy("按公布的得分"),
    "exact": gettext_lazy("按精确值"),
    "scored": gettext_lazy("有得分的对象"),
    "drop": gettext_lazy("不计对本单位的评议"),
    "void": gettext_lazy("整张票作废"),
    "top": gettext_lazy("名次靠前"),
    "bottom": gettext_lazy("名次靠后"),
    "true": gettext_lazy("是"),
    "false": gettext_lazy("否"),
}

PLACES: dict[str, object] = {
    "parameters": gettext_lazy("参数"),
    "attributes": gettext_lazy("对象属性"),
    "peer_groups": gettext_lazy("分组"),
    "classes": gettext_lazy("票种"),
    "papers": gettext_lazy("测评表"),
    "inputs": gettext_lazy("渠道"),
    "figures": gettext_lazy("指标"),
    "events": gettext_lazy("加减分事项"),
    "priors": gettext_lazy("以往结果"),
    "nodes": gettext_lazy("计分项"),
    "score": gettext_lazy("总分取自"),
    "rounding": gettext_lazy("取位"),
    "grades": gettext_lazy("等次"),
    "vetoes": gettext_lazy("一票否决"),
    "quotas": gettext_lazy("名额"),
    "awards": gettext_lazy("奖项"),
    "rank": gettext_lazy("位次"),
    "title": gettext_lazy("名称"),
    "basis": gettext_lazy("依据"),
    "document": gettext_lazy("文件"),
    "article": gettext_lazy("条款"),
    "help": gettext_lazy("说明"),
    "warning": gettext_lazy("提醒"),
    "value": gettext_lazy("取值"),
    "values": gettext_lazy("取值"),
    "weight": gettext_lazy("权重"),
    "times": gettext_lazy("倍数"),
    "parts": gettext_lazy("组成部分"),
    "empty": gettext_lazy("缺项办法"),
    "dimensions": gettext_lazy("测评内容"),
    "points": gettext_lazy("打分"),
    "least": gettext_lazy("最少"),
    "most": gettext_lazy("最多"),
    "step": gettext_lazy("步长"),
    "rules": gettext_lazy("选票规则"),
    "quorum": gettext_lazy("法定人数"),
    "trim": gettext_lazy("去掉最高最低"),
    "method": gettext_lazy("算法"),
    "missing": gettext_lazy("漏评办法"),
    "bands": gettext_lazy("分数段"),
    "from": gettext_lazy("起"),
    "below": gettext_lazy("不到"),
    "above": gettext_lazy("超过"),
    "to": gettext_lazy("止"),
    "places": gettext_lazy("位数"),
    "mode": gettext_lazy("取舍"),
    "ties": gettext_lazy("并列"),
    "share": gettext_lazy("比例"),
    "cap": gettext_lazy("封顶"),
    "floor": gettext_lazy("保底"),
    "kinds": gettext_lazy("事项"),
    "op": gettext_lazy("运算"),
    "full": gettext_lazy("满分"),
    "node": gettext_lazy("计分项"),
    "input": gettext_lazy("渠道"),
    "paper": gettext_lazy("测评表"),
    "abstain": gettext_lazy("可否弃权"),
    "not_informed": gettext_lazy("可否填不了解"),
    "scope": gettext_lazy("评议范围"),
    "recusal": gettext_lazy("回避"),
}

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def path_of(text: str) -> Path:
    """The steps of ``nodes.total.parts[0].weight``."""
    return tuple(int(i) if i else name for i, name in _STEP.findall(text))


def place_words(text: str, *documents: Data) -> str:
    """``计分项“述职评议得分” › 组成部分 1“现场测评得分” › 权重``: titles where there are any,
    from the first document that has the place."""
    return " › ".join(_words(path_of(text), documents))


def _words(path: Path, documents: tuple[Data, ...]) -> Iterator[str]:
    pending = ""
    for depth, step in enumerate(path, 1):
        title = next(filter(None, (title_at(document, path[:depth]) for document in documents)), "")
        if isinstance(step, int):
            pending = f"{pending} {step + 1}" if pending else _("第 %(n)s 项") % {"n": step + 1}
            yield f"{pending}“{title}”" if title else pending
            pending = ""
            continue
        if pending:
            yield f"{pending}“{title or step}”"
            pending = ""
        elif title:
            yield f"“{title}”"
        else:
            pending = str(PLACES.get(step, step))
    if pending:
        yield pending


def _at(data: Data, path: Path) -> Data:
    for step in path:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def title_at(document: Data, path: Path) -> str:
    """The title of what stands at a place; one that is a parameter, as its value."""
    here = _at(document, path)
    for key in ("title", "grade", "node"):
        found = here.get(key) if isinstance(here, dict) else None
        if key == "node" and isinstance(found, str):
            return title_at(document, ("nodes", found)) or found
        if isinstance(found, str) and found.startswith("$"):
            value = _at(document, ("parameters", found[1:], "value"))
            return value if isinstance(value, str) else found
        if isinstance(found, str):
            return found
    return ""


def value_words(value: str | None, document: Data = None) -> str:
    """A value as people say it: a choice in words, a parameter by its title."""
    if value is None:
        return _("（无）")
    if value.startswith("$"):
        title = title_at(document, ("parameters", value[1:]))
        return _("参数“%(title)s”") % {"title": title or value[1:]}
    word = CHOICES.get(value)
    return f"{word}（{value}）" if word else value
