"""What the police export: the register of drug users, the suspects of criminal cases, and what was seized."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial

from pipelines.province.days import START, years_later
from pipelines.province.lives import CURRENT, Lives, Registration, Seizure, Suspect
from pipelines.province.places import neighbours, reported_in
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
from pipelines.province.schedule import DELTA_CUTS, HALF_YEAR_CUTS, SNAPSHOT_CUTS
from pipelines.province.substances import official_name, plain_number, written_amount

_ZIPPED = Layout("csv", "zip", "gb18030")
_SUSPECT_HEADER = (
    "案件编号", "嫌疑人编号", *PERSON_HEADER, "立案文号", "案别", "办案地", "立案日期", "破案日期", "抓获日期",
    "拘留日期", "抓获地", "案件来源", "移交单号", "线索号",
)  # fmt: skip

_SEIZURE_HEADER = (
    "物证编号", "案件编号", "缴获日期", "缴获地", "毒品", "数量", "单位", "净重克", "鉴定结论", "鉴定毒品",
)  # fmt: skip


def _register_cells(entry: Registration, day: date) -> list[str]:
    since, status = next(pair for pair in reversed(entry.statuses) if pair[0] <= max(day, entry.detected))
    control = years_later(since, 3) if status == CURRENT else None
    # The register is the one system that keeps an earlier name beside the present one.
    former = entry.person.former_name if entry.person.name_at(day) == entry.person.name else None
    return [
        entry.number,
        *person_cells(entry.person, day),
        former or "",
        entry.code,
        text(entry.detected),
        entry.drug,
        status,
        text(since),
        text(control),
    ]


def register_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per row of the register; it follows the person's name, home and status."""
    records = []
    for entry in lives.registrations:
        made = entered(rng, entry.detected, late=0.01)
        changes = [since for since, _ in entry.statuses[1:]]
        changes += [since for since, _ in entry.person.homes[1:]]
        changes += [entry.person.renamed_on] if entry.person.renamed_on else []
        known = [made, *sorted(day for day in changes if day > made)]
        records.append(Record(entry.number, known, partial(_register_cells, entry), entry.person, event=entry))
    return with_mistaken_entries(rng, records, 0.002, lambda r: (f"{r.key}X", {0: f"{r.key}X"}))


def _suspect_cells(suspect: Suspect, entered_on: date, day: date) -> list[str]:
    case = suspect.case
    return [
        case.number,
        suspect.number,
        *person_cells(suspect.person, entered_on),
        case.filing_number,
        case.type_code,
        case.county,
        text(case.filed),
        text(past(case.solved, day)),
        text(suspect.arrested),
        text(past(suspect.detained, day)),
        suspect.arrest_region,
        "本省立案" if reported_in(case.county) else "外省通报",
        case.handover_number,
        case.lead_number,
    ]


def suspect_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per suspect of a case, changed when the case is solved."""
    records = []
    arrested_at = _SUSPECT_HEADER.index("抓获日期")
    for case in lives.cases:
        for suspect in case.suspects:
            made = entered(rng, max(case.filed, suspect.arrested))
            changes = [day for day in (case.solved, suspect.detained) if day is not None and day > made]
            cells = partial(_suspect_cells, suspect, made)
            record = Record(
                f"{case.number}|{suspect.number}",
                [made, *sorted(changes)],
                cells,
                suspect.person,
                case.case_id,
                suspect,
            )
            wrong = suspect.arrested - timedelta(days=rng.randrange(1, 20))
            corrected_later(rng, record, 0.015, {arrested_at: text(wrong)})
            records.append(record)
    return with_mistaken_entries(rng, records, 0.004, lambda r: (f"{r.key[:-2]}9{r.key[-1]}", {1: f"9{r.key[-1]}"}))


def _seizure_cells(seizure: Seizure, day: date) -> list[str]:
    amount, unit = written_amount(seizure.amount, seizure.measure)
    examined = past(seizure.examined, day) is not None
    found = examined and seizure.found
    return [
        seizure.number,
        seizure.case.number,
        text(seizure.seized),
        seizure.county,
        seizure.drug,
        amount,
        unit,
        plain_number(seizure.net) if examined and seizure.net is not None else "",
        ("检出" if found else "未检出") if examined else "待检",
        official_name(seizure.drug) if found else "",
    ]


def seizure_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per exhibit, changed once the laboratory has answered."""
    records = []
    for seizure in lives.seizures:
        known = changed(entered(rng, seizure.seized), seizure.examined)
        cells = partial(_seizure_cells, seizure)
        record = Record(seizure.number, known, cells, case_id=seizure.case.case_id, event=seizure)
        corrected_later(rng, record, 0.01, {_SEIZURE_HEADER.index("缴获地"): rng.choice(neighbours(seizure.county))})
        records.append(record)
    return with_mistaken_entries(rng, records, 0.003, lambda r: (f"{r.key}X", {0: f"{r.key}X"}))


DRUG_USER = Dataset(
    "police_drug_user",
    "police",
    "snapshot",
    ("人员编号", *PERSON_HEADER, "曾用名", "登记地", "初次查获日期", "毒品种类", "现状", "现状日期", "管控截止"),
    _ZIPPED,
    24,
    START,
    SNAPSHOT_CUTS,
    register_records,
    required=("姓名", "登记地", "初次查获日期", "现状", "现状日期"),
)
CASE_SUSPECT = Dataset(
    "police_case_suspect",
    "police",
    "delta",
    _SUSPECT_HEADER,
    _ZIPPED,
    24,
    START,
    DELTA_CUTS,
    suspect_records,
    required=("姓名", "立案文号", "案别", "办案地", "立案日期"),
    key_width=2,
)
SEIZURE = Dataset(
    "police_seizure",
    "police",
    "delta",
    _SEIZURE_HEADER,
    _ZIPPED,
    24,
    START,
    HALF_YEAR_CUTS,
    seizure_records,
    required=("案件编号", "缴获日期", "缴获地", "毒品", "数量", "单位"),
)
