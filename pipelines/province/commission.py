"""What comes through the commission: inspections of venues."""

from __future__ import annotations

import random
from datetime import date
from functools import partial

from pipelines.province.days import START
from pipelines.province.lives import Inspection, Lives
from pipelines.province.records import Dataset, Layout, Record, changed, entered, past, text
from pipelines.province.schedule import HALF_YEAR_CUTS

_WORKBOOK = Layout("xlsx")


def _inspection_cells(inspection: Inspection, day: date) -> list[str]:
    venue = inspection.venue
    return [
        inspection.number,
        venue.credit_code,
        venue.kind,
        venue.county,
        text(inspection.day),
        inspection.result,
        inspection.lead_number,
        text(past(inspection.lead_sent, day)),
    ]


def inspection_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per inspection, changed when its lead was sent to the police."""
    records = []
    for inspection in lives.inspections:
        made = entered(rng, inspection.day)
        case_id = inspection.case.case_id if inspection.case else None
        known = changed(made, inspection.lead_sent)
        cells = partial(_inspection_cells, inspection)
        records.append(Record(inspection.number, known, cells, case_id=case_id, event=inspection))
    return records


INSPECTION = Dataset(
    "culture_inspection",
    "commission",
    "delta",
    ("检查编号", "统一社会信用代码", "场所类型", "所在地", "检查日期", "结果", "线索号", "线索移送日期"),
    _WORKBOOK,
    120,
    START,
    HALF_YEAR_CUTS,
    inspection_records,
    required=("统一社会信用代码", "场所类型", "所在地", "检查日期", "结果"),
    title="场所检查情况表",
)
