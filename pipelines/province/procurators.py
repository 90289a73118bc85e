"""What the procuratorate exports: every suspect's way from the request for an arrest to the charge."""

from __future__ import annotations

import random
from datetime import date
from functools import partial

from pipelines.province.days import START
from pipelines.province.lives import CHARGED, DRUG_OFFENCES, Charge, Lives
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

_CHARGE_HEADER = (
    "部门受案号", *PERSON_HEADER, "侦查文号", "检察院地", "提请批捕日期", "批捕决定", "批捕决定日期",
    "移送审查起诉日期", "退补次数", "起诉决定", "起诉决定日期", "起诉书文号", "起诉罪名",
)  # fmt: skip


def _charge_cells(charge: Charge, entered_on: date, day: date) -> list[str]:
    case = charge.suspect.case
    decided, concluded = past(charge.decided, day), past(charge.concluded, day)
    return [
        charge.number,
        *person_cells(charge.suspect.person, entered_on),
        case.filing_number,
        case.county,
        text(past(charge.requested, day)),
        charge.decision if decided else "",
        text(decided),
        text(past(charge.received, day)),
        str(charge.returned) if concluded else "0",
        charge.outcome if concluded else "",
        text(concluded),
        charge.suspect.indictment_number if concluded and charge.outcome == CHARGED else "",
        charge.offence,
    ]


def charge_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per suspect's file, changed with every step of it."""
    records = []
    offence_at = _CHARGE_HEADER.index("起诉罪名")
    for charge in lives.charges:
        made = entered(rng, charge.begun)
        record = Record(
            charge.number,
            changed(made, charge.decided, charge.received, charge.concluded),
            partial(_charge_cells, charge, made),
            charge.suspect.person,
            charge.suspect.case.case_id,
            charge,
        )
        other = rng.choice([name for name in DRUG_OFFENCES[:3] if name != charge.offence])
        corrected_later(rng, record, 0.01, {offence_at: other})
        records.append(record)
    return with_mistaken_entries(rng, records, 0.003, lambda r: (f"{r.key}X", {0: f"{r.key}X"}))


CHARGE = Dataset(
    "procuratorate_charge",
    "justice",
    "delta",
    _CHARGE_HEADER,
    Layout("csv", "", "utf-8-sig"),
    72,
    START,
    HALF_YEAR_CUTS,
    charge_records,
    required=("姓名", "检察院地", "退补次数"),
)
