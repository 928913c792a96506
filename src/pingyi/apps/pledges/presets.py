"""The six aspects of a pledge. The source names four; what it leaves open stays open."""

from __future__ import annotations

NAMED = (
    "9项重点工作完成情况",
    "省级考核重点工作",
    "争做全国全省全市第一的工作",
    "为民办实事",
)
SOURCE = "人民日报2010年11月9日《见红旗就扛 见第一就争》（邯郸）"
OWN = "由本级确定"
ASPECTS = (*((title, SOURCE) for title in NAMED), ("", OWN), ("", OWN))
"""(title, where it is from) of each. The last two have no name until the authority gives one."""
WINDOW_DAYS = 10
"""HD-17."""
