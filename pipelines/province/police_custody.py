"""What the police export about those they hold: detention centres and their facilities for compulsory treatment."""

from __future__ import annotations

import random
from datetime import date
from functools import partial

from pipelines.province.days import START
from pipelines.province.justice import old_style, yes_no
from pipelines.province.lives import Custody, Lives
from pipelines.province.places import neighbours
from pipelines.province.records import (
    PERSON_HEADER,
    Dataset,
    Layout,
    Record,
    changed,
    corrected_later,
    entered,
    past,
    person_cells,
    text,
    with_mistaken_entries,
)
from pipelines.province.schedule import HALF_YEAR_CUTS

_HEADER = (
    "登记号", *PERSON_HEADER, "场所类型", "场所名称", "所在地", "入所事由", "立案文号", "决定书文号", "判决案号",
    "入所日期", "拒收", "拒收原因", "出所日期", "去向", "移送文号",
)  # fmt: skip


def _cells(custody: Custody, judgment_number: str, day: date) -> list[str]:
    released = past(custody.released, day)
    # On the day of entry the ground is the first, however late a clerk entered it.
    ground = next(ground for since, ground in reversed(custody.grounds) if since <= max(day, custody.entry))
    return [
        custody.number,
        *person_cells(custody.person, custody.entry),
        custody.kind,
        custody.facility,
        custody.county,
        ground,
        custody.case.filing_number if custody.case else "",
        custody.order.number if custody.order else "",
        judgment_number if past(custody.sentenced, day) else "",
        "" if custody.refused else text(custody.entry),
        yes_no(custody.refused),
        custody.refusal_reason,
        text(released),
        custody.destination if released else "",
        custody.transfer_number if released else "",
    ]


def custody_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per stay or refusal; half of them cite the judgment in the old style."""
    records = []
    for custody in lives.custodies:
        made = entered(rng, custody.entry)
        known = changed(made, *(since for since, _ in custody.grounds), custody.sentenced, custody.released)
        number = custody.judgment_number
        if number and rng.random() < 0.5:
            number = old_style(number)
        cells = partial(_cells, custody, number)
        record = Record(custody.number, known, cells, custody.person, custody.case_id, custody)
        corrected_later(rng, record, 0.01, {_HEADER.index("所在地"): rng.choice(neighbours(custody.county))})
        records.append(record)
    return with_mistaken_entries(rng, records, 0.003, lambda r: (f"{r.key}X", {0: f"{r.key}X"}))


CUSTODY = Dataset(
    "police_custody",
    "police",
    "snapshot",
    _HEADER,
    Layout("csv", "zip", "gb18030"),
    24,
    START,
    HALF_YEAR_CUTS,
    custody_records,
    required=("姓名", "场所类型", "场所名称", "所在地", "入所事由", "拒收"),
)
