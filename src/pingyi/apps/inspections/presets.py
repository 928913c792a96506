"""What a new plan begins with."""

from __future__ import annotations

from datetime import date

from pingyi.base.days import TermUnit
from pingyi.base.terms import TermRule, rule_on

FIVE_LOOKS = (
    "看问题清单：问题是否找准、逐条列明",
    "看整改台账：是否逐项建账、如实更新",
    "看落实时限：是否按期完成、逾期有无说明",
    "看盯办机制：是否有专人盯办、定期调度",
    "看群众评价：服务对象是否认可、满意",
)
"""五看 (TS-32): the list of problems, the ledger, the terms, the follow-up, what people say."""
CATEGORIES = ("庸", "懒", "散", "拖")
"""The four labels of the campaign against officials who do nothing (TS-44)."""
WINDOW_MONTHS = 6
"""系统默认值: no published rule gives a length."""
_REGULATION = "《政府督查工作条例》第十七条"
REVIEW_TERMS = (TermRule(date(2021, 2, 1), 30, TermUnit.NATURAL, _REGULATION),)
"""To apply for a review, and as long again to decide on it. A change of the law is another line."""


def review_term(day: date) -> TermRule:
    """The rule of a day; before the first one, what it was to become."""
    return rule_on(REVIEW_TERMS, day) or REVIEW_TERMS[0]
