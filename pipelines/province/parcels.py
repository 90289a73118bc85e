"""What the post and the airports export: monthly counts of sites, and parcels stopped with drugs."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial

from pipelines.province.days import START
from pipelines.province.lives import Interception, Lives, PostalMonth
from pipelines.province.records import Dataset, Layout, Record, changed, corrected_later, entered, past, text
from pipelines.province.schedule import HALF_YEAR_CUTS

_POSTAL_HEADER = ("网点编号", "月份", "所在地", "揽收量", "实名量", "验视量", "过机量")
_COUNTS = ("揽收量", "实名量", "验视量", "过机量")


def _postal_cells(report: PostalMonth, day: date) -> list[str]:  # noqa: ARG001 (a report does not change)
    counts = (report.collected, report.real_name, report.inspected, report.scanned)
    return [report.site, f"{report.last:%Y-%m}", report.county, *map(str, counts)]


def postal_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per site and month; some are revised."""
    records = []
    scanned_at = _POSTAL_HEADER.index("过机量")
    for report in lives.postal_months:
        made = entered(rng, report.last + timedelta(days=2), late=0.01)
        key = f"{report.site}|{report.last:%Y-%m}"
        record = Record(key, [made], partial(_postal_cells, report), event=report)
        corrected_later(rng, record, 0.02, {scanned_at: str(report.scanned // 2)})
        records.append(record)
    return records


def _interception_cells(parcel: Interception, day: date) -> list[str]:
    traced, given_up = past(parcel.traced, day), past(parcel.given_up, day)
    return [
        parcel.number,
        parcel.waybill_hash,
        parcel.county,
        text(parcel.day),
        "已倒查" if traced else "无法倒查" if given_up else "倒查中",
        text(traced),
        parcel.handover_number if traced else "",
    ]


def interception_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per parcel, changed when its sender was found or the search was given up."""
    records = []
    for parcel in lives.interceptions:
        made = entered(rng, parcel.day)
        case_id = parcel.case.case_id if parcel.case else None
        known = changed(made, parcel.traced, parcel.given_up)
        records.append(
            Record(parcel.number, known, partial(_interception_cells, parcel), case_id=case_id, event=parcel)
        )
    return records


POSTAL_MONTH = Dataset(
    "postal_compliance_month",
    "transport",
    "delta",
    _POSTAL_HEADER,
    Layout("xml"),
    120,
    START,
    HALF_YEAR_CUTS,
    postal_records,
    required=("所在地", *_COUNTS),
    key_width=2,
    totals=_COUNTS,
)
INTERCEPTION = Dataset(
    "aviation_interception",
    "transport",
    "delta",
    ("拦截编号", "运单号哈希", "所在地", "拦截日期", "倒查结果", "倒查日期", "移交文号"),
    Layout("csv", "gzip", "utf-8"),
    120,
    START,
    HALF_YEAR_CUTS,
    interception_records,
    required=("运单号哈希", "所在地", "拦截日期", "倒查结果"),
)
