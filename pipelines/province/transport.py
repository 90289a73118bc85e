"""What the transport department exports: checkpoints, their days, and who was handed over to the police."""

from __future__ import annotations

import random
from datetime import date
from functools import partial

from pipelines.province.days import START
from pipelines.province.lives import Checkpoint, CheckpointDay, Handover, Lives
from pipelines.province.records import (
    PERSON_HEADER,
    Dataset,
    Layout,
    Record,
    entered,
    past,
    person_cells,
    text,
    with_mistaken_entries,
)
from pipelines.province.schedule import DELTA_CUTS, SNAPSHOT_CUTS, YEAR_CUTS
from pipelines.province.substances import written_amount

_GZIPPED = Layout("csv", "gzip", "utf-8")
_HANDOVER_HEADER = (
    "移交单号", "序号", *PERSON_HEADER, "站点编号", "查获日期", "毒品", "数量", "单位", "接收公安单位", "移交日期",
)  # fmt: skip


def _checkpoint_cells(checkpoint: Checkpoint, day: date) -> list[str]:
    return [
        checkpoint.code,
        checkpoint.name,
        checkpoint.kind,
        checkpoint.route,
        checkpoint.county,
        text(checkpoint.opened),
        text(past(checkpoint.closed, day)),
    ]


def checkpoint_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per checkpoint, changed when it is closed."""
    records = []
    for checkpoint in lives.checkpoints:
        known = [entered(rng, checkpoint.opened, late=0.0)]
        if checkpoint.closed is not None:
            known.append(checkpoint.closed)
        records.append(Record(checkpoint.code, known, partial(_checkpoint_cells, checkpoint), event=checkpoint))
    return records


def _day_cells(report: CheckpointDay, day: date) -> list[str]:  # noqa: ARG001 (a report does not change)
    return [
        report.checkpoint.code,
        text(report.day),
        str(report.passed),
        str(report.inspected),
        str(report.seizures),
    ]


def day_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per checkpoint and day."""
    return [
        Record(
            f"{report.checkpoint.code}|{report.day}",
            [entered(rng, report.day, late=0.005)],
            partial(_day_cells, report),
            event=report,
        )
        for report in lives.checkpoint_days
    ]


def _handover_cells(handover: Handover, day: date) -> list[str]:
    amount, unit = written_amount(handover.amount, handover.measure)
    return [
        handover.number,
        str(handover.seq),
        *person_cells(handover.person, handover.seized, words=True),
        handover.checkpoint.code,
        text(handover.seized),
        handover.drug,
        amount,
        unit,
        handover.receiving,
        text(past(handover.handed, day)),
    ]


def handover_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per person handed over."""
    records = []
    for handover in lives.handovers:
        made = entered(rng, handover.seized)
        known = [made, handover.handed] if handover.handed > made else [made]
        records.append(
            Record(
                f"{handover.number}|{handover.seq}",
                known,
                partial(_handover_cells, handover),
                handover.person,
                handover.case_id,
                handover,
            )
        )
    return with_mistaken_entries(
        rng, records, 0.006, lambda r: (f"{r.key.split('|')[0]}|9{r.key[-1]}", {1: f"9{r.key[-1]}"})
    )


CHECKPOINT = Dataset(
    "transport_checkpoint",
    "transport",
    "snapshot",
    ("站点编号", "站点名称", "类型", "路线", "所在地", "启用日期", "停用日期"),
    _GZIPPED,
    120,
    START,
    SNAPSHOT_CUTS,
    checkpoint_records,
    required=("站点名称", "类型", "路线", "所在地", "启用日期"),
)
CHECKPOINT_DAY = Dataset(
    "transport_checkpoint_day",
    "transport",
    "delta",
    ("站点编号", "日期", "通过量", "检查量", "查获数"),
    _GZIPPED,
    24,
    date(2025, 1, 1),
    YEAR_CUTS,
    day_records,
    required=("通过量", "检查量", "查获数"),
    key_width=2,
)
HANDOVER = Dataset(
    "transport_handover",
    "transport",
    "delta",
    _HANDOVER_HEADER,
    _GZIPPED,
    24,
    START,
    DELTA_CUTS,
    handover_records,
    required=("姓名", "站点编号", "查获日期", "毒品", "数量", "单位", "接收公安单位"),
    key_width=2,
)
