"""What courts, corrections and hospitals export about how sentences are carried out."""

from __future__ import annotations

import random
from datetime import date
from functools import partial

from pipelines.province.days import START
from pipelines.province.justice import old_style
from pipelines.province.lives import Certificate, Execution, Lives, Supervision
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

_TABLE = Layout("csv", "", "utf-8-sig")
_DELIVERY_HEADER = (
    "案号", "序号", *PERSON_HEADER, "生效日期", "文书送达日期", "执行通知书号", "送达机关", "监外执行决定",
    "监外执行决定日期", "未收押原因",
)  # fmt: skip


def _delivery_cells(execution: Execution, entered_on: date, day: date) -> list[str]:
    judgment, outside_on = execution.judgment, past(execution.outside_on, day)
    return [
        judgment.number,
        str(judgment.seq),
        *person_cells(judgment.person, entered_on),
        text(execution.effective),
        text(past(execution.delivered, day)),
        execution.notice_number,
        execution.receiving,
        execution.outside if outside_on else "",
        text(outside_on),
        execution.not_held_reason if past(execution.reason_on, day) else "",
    ]


def delivery_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per defendant whose judgment took effect, changed with every step of carrying it out."""
    records = []
    agency_at = _DELIVERY_HEADER.index("送达机关")
    for execution in lives.executions:
        judgment = execution.judgment
        made = entered(rng, execution.effective)
        record = Record(
            f"{judgment.number}|{judgment.seq}",
            changed(made, execution.delivered, execution.outside_on, execution.reason_on),
            partial(_delivery_cells, execution, made),
            judgment.person,
            judgment.case.case_id,
            execution,
        )
        corrected_later(rng, record, 0.01, {agency_at: "公安机关"})
        records.append(record)
    return with_mistaken_entries(
        rng, records, 0.003, lambda r: (f"{r.key.split('|')[0]}|9{r.key[-1]}", {1: f"9{r.key[-1]}"})
    )


def _supervision_cells(supervision: Supervision, received: date, number: str, day: date) -> list[str]:
    return [
        supervision.number,
        *person_cells(supervision.execution.judgment.person, received),
        number,
        supervision.execution.notice_number,
        supervision.category,
        supervision.county,
        text(received),
        text(past(supervision.lifted, day)),
    ]


def supervision_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per person received for supervision, changed at its end; some cite the judgment in the old style."""
    records = []
    for supervision in lives.supervisions:
        judgment, received = supervision.execution.judgment, supervision.received
        if received is None:
            continue
        made = entered(rng, received)
        number = old_style(judgment.number) if rng.random() < 0.2 else judgment.number
        records.append(
            Record(
                supervision.number,
                changed(made, supervision.lifted),
                partial(_supervision_cells, supervision, received, number),
                judgment.person,
                judgment.case.case_id,
                supervision,
            )
        )
    return with_mistaken_entries(rng, records, 0.003, lambda r: (f"{r.key}X", {0: f"{r.key}X"}))


def _certificate_cells(certificate: Certificate, day: date) -> list[str]:  # noqa: ARG001 (it does not change)
    return [
        certificate.number,
        *person_cells(certificate.judgment.person, certificate.issued),
        certificate.judgment.number,
        certificate.facility.code,
        text(certificate.issued),
        "符合" if certificate.fits else "不符合",
    ]


def certificate_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per certificate."""
    return [
        Record(
            certificate.number,
            [entered(rng, certificate.issued)],
            partial(_certificate_cells, certificate),
            certificate.judgment.person,
            certificate.judgment.case.case_id,
            certificate,
        )
        for certificate in lives.certificates
    ]


DELIVERY = Dataset(
    "court_delivery",
    "justice",
    "delta",
    _DELIVERY_HEADER,
    _TABLE,
    72,
    START,
    HALF_YEAR_CUTS,
    delivery_records,
    required=("姓名", "生效日期"),
    key_width=2,
)
SUPERVISION = Dataset(
    "corrections_supervision",
    "justice",
    "snapshot",
    ("矫正编号", *PERSON_HEADER, "案号", "执行通知书号", "类别", "矫正地", "接收日期", "解除日期"),
    _TABLE,
    120,
    START,
    HALF_YEAR_CUTS,
    supervision_records,
    required=("姓名", "类别", "矫正地", "接收日期"),
)
CERTIFICATE = Dataset(
    "health_certificate",
    "health",
    "delta",
    ("证明编号", *PERSON_HEADER, "案号", "机构编码", "出具日期", "结论"),
    Layout("json"),
    120,
    START,
    HALF_YEAR_CUTS,
    certificate_records,
    required=("姓名", "机构编码", "出具日期", "结论"),
)
