"""What courts and prisons export."""

from __future__ import annotations

import random
from datetime import date
from functools import partial

from pipelines.province.days import START
from pipelines.province.lives import Admission, Judgment, Lives
from pipelines.province.records import (
    PERSON_HEADER,
    Dataset,
    Layout,
    Record,
    corrected_later,
    entered,
    past,
    person_cells,
    text,
    with_mistaken_entries,
)
from pipelines.province.schedule import DELTA_CUTS, SNAPSHOT_CUTS

_JUDGMENT_HEADER = (
    "案号", "序号", *PERSON_HEADER, "法院地", "审级", "起诉书文号", "罪名", "判决日期", "刑种", "刑期月", "缓刑",
    "生效日期", "中止", "累犯", "毒品再犯", "审理程序", "受理日期", "中止日期", "恢复审理日期", "原审案号",
)  # fmt: skip
_PRISON_HEADER = (
    "罪犯编号", *PERSON_HEADER, "监狱名称", "监狱所在地", "判决案号", "罪名", "收监日期", "释放日期", "拒收",
    "拒收原因", "执行通知书号",
)  # fmt: skip


def yes_no(value: bool) -> str:
    """是 or 否."""
    return "是" if value else "否"


def _judgment_cells(judgment: Judgment, entered_on: date, day: date) -> list[str]:
    return [
        judgment.number,
        str(judgment.seq),
        *person_cells(judgment.person, entered_on),
        judgment.court,
        judgment.instance,
        judgment.indictment_number,
        judgment.offence,
        text(judgment.judged),
        judgment.penalty,
        "" if judgment.months is None else str(judgment.months),
        yes_no(judgment.suspended),
        text(past(judgment.effective, day)),
        yes_no(judgment.stay is not None),
        yes_no(judgment.recidivist),
        yes_no(judgment.drug_recidivist),
        judgment.procedure,
        text(judgment.received),
        text(judgment.stay[0] if judgment.stay else None),
        text(judgment.stay[1] if judgment.stay else None),
        judgment.first_number,
    ]


def judgment_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per defendant of a judgment, changed when it becomes effective."""
    records = []
    months_at = _JUDGMENT_HEADER.index("刑期月")
    for judgment in lives.judgments:
        made = entered(rng, judgment.judged, late=0.03)
        known = [made]
        if judgment.effective is not None and judgment.effective > made:
            known.append(judgment.effective)
        record = Record(
            f"{judgment.number}|{judgment.seq}",
            known,
            partial(_judgment_cells, judgment, made),
            judgment.person,
            judgment.case.case_id,
            judgment,
        )
        if judgment.months is not None:
            corrected_later(rng, record, 0.01, {months_at: str(judgment.months + rng.randrange(1, 12))})
        records.append(record)
    return with_mistaken_entries(
        rng, records, 0.003, lambda r: (f"{r.key.split('|')[0]}|9{r.key[-1]}", {1: f"9{r.key[-1]}"})
    )


def old_style(number: str) -> str:
    """A court's number of today in the style of before 2016: `（2021）湘0102刑初字第00123号`."""
    head, serial = number[:-1].rsplit("初" if "初" in number else "终", 1)
    kind = "初" if "初" in number else "终"
    return f"（{head[1:5]}）{head[6:]}{kind}字第{int(serial):05d}号"


def _prison_cells(admission: Admission, number: str, day: date) -> list[str]:
    admitted = None if admission.refused else admission.attempted
    return [
        admission.number,
        *person_cells(admission.person, admission.attempted, words=True),
        admission.prison.name,
        admission.prison.county,
        number,
        admission.offence,
        text(admitted),
        text(past(admission.released, day)),
        yes_no(admission.refused),
        admission.refusal_reason,
        admission.notice_number,
    ]


def admission_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per attempt to admit somebody; half of them cite the judgment in the old style."""
    records = []
    for admission in lives.admissions:
        made = entered(rng, admission.attempted)
        known = [made]
        if admission.released is not None and admission.released > made:
            known.append(admission.released)
        number = old_style(admission.judgment_number) if rng.random() < 0.5 else admission.judgment_number
        cells = partial(_prison_cells, admission, number)
        records.append(Record(admission.number, known, cells, admission.person, admission.case_id, admission))
    return records


JUDGMENT = Dataset(
    "court_judgment",
    "justice",
    "delta",
    _JUDGMENT_HEADER,
    Layout("csv", "", "utf-8-sig"),
    72,
    START,
    DELTA_CUTS,
    judgment_records,
    required=("姓名", "法院地", "审级", "罪名", "判决日期", "刑种", "缓刑", "中止", "累犯"),
    key_width=2,
)
PRISON = Dataset(
    "prison_admission",
    "justice",
    "snapshot",
    _PRISON_HEADER,
    Layout("xlsx"),
    120,
    START,
    SNAPSHOT_CUTS,
    admission_records,
    required=("姓名", "监狱名称", "监狱所在地", "罪名", "拒收"),
    title="罪犯收监情况表",
    groups=(("身份信息", 7), ("收监信息", 9), ("导出信息", 3)),
)
