"""Numbers and states as a reader is told them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.report.source import Cell, Period, Unit

STATES = {
    "suppressed": "数值过小或可推算出小数值，不予公布",
    "not_submitted": "尚未报送",
    "empty": "本期无统计基数",
    "by_quarter": "按季签报，见分季签报值",
}
STATE_NAMES = {"ok": "有数值", **STATES}
SHORT_STATES = {"suppressed": "不公布", "not_submitted": "未报送", "empty": "无基数", "by_quarter": "按季签报"}
HANDOFF_STATES = {
    "met": "按期完成",
    "late": "逾期完成",
    "overdue": "逾期未完成",
    "open": "未到期",
    "excused": "依法免除",
    "withdrawn": "撤回",
}
CAUSES = {
    "gap": "交接未完成",
    "file_not_received": "接收部门数据未到",
    "possible_linkage_miss": "疑似比对遗漏",
}
# Why a total differs from what an agency reports, in the order of the table.
DIFFERENCES = {
    "none": "相符",
    "file_not_received": "报送未到",
    "rows_in_quarantine": "隔离待更正",
    "late_rows": "补录",
    "duplicate_records": "重复计数",
    "linkage": "人员比对",
    "unexplained": "原因不明",
}
CLEARANCES = {"mart": "公开数据版", "warehouse": "内部数据版"}


@dataclass(frozen=True)
class Number:
    """A number as printed, its exact value, and where it comes from (`source` names a row of the appendix)."""

    text: str
    value: float
    source: str
    hint: str


@dataclass(frozen=True)
class Words:
    """What is said where there is no number to show."""

    text: str
    hint: str


Shown = Number | Words


# Names in code tables are written with ASCII brackets; in a Chinese sentence they are full-width.
_WIDE = str.maketrans({"(": "\uff08", ")": "\uff09", ",": "\uff0c", ";": "\uff1b"})


def full_width(text: str) -> str:
    """A name as it is printed in a Chinese sentence."""
    return text.translate(_WIDE)


def count(value: float) -> str:
    """Whole numbers with thousands separators, others with up to three decimals."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.3f}".rstrip("0").rstrip(".")


def amount(value: float, unit: Unit) -> str:
    """A value of a figure: shares as percentages."""
    return f"{value:.2%}" if unit.is_share else count(value)


def state_of(cell: Cell | None) -> str:
    """`ok`, or why there is no number: a share of nothing is no zero either."""
    if cell is None:
        return "not_submitted"
    if cell.status == "ok" and cell.value is None:
        return "empty"
    return cell.status


def period_name(period: Period) -> str:
    """`2025年`, `2025年第4季度`, `2025年10月`, `2023年至2025年`."""
    last = period.end - timedelta(days=1)
    match period.kind:
        case "month":
            return f"{period.start.year}年{period.start.month}月"
        case "quarter":
            return f"{period.start.year}年第{(period.start.month + 2) // 3}季度"
        case "year":
            return f"{period.start.year}年"
    return f"{period.start.year}年至{last.year}年"


def day_name(day: date) -> str:
    """`2025年12月31日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def direction(now: float | None, before: float | None) -> str:
    """Which way a value went, in words: a difference would be a number without a source."""
    if now is None or before is None:
        return ""
    return "↑ 上升" if now > before else "↓ 下降" if now < before else "→ 持平"
