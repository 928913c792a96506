"""What a new plan begins with."""

from __future__ import annotations

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
TERM_DAYS = 30
"""To apply for a review, and to decide on it: regulation on government inspection, art. 17."""
