"""What the justice system exports about compulsory treatment: stays, transfer requests, monthly reports."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial

from pipelines.province.days import START
from pipelines.province.lives import Lives, RehabEpisode, RehabMonth, TransferRequest
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

_PLAIN = Layout("csv", "", "utf-8-sig")
_EPISODE_HEADER = (
    "戒毒编号", *PERSON_HEADER, "决定书文号", "机构编码", "所在地", "接收日期", "评估日期", "诊断评估", "延长月数",
    "提前解除批准日期", "期满日期", "脱逃日期", "追回日期", "解除通知日期", "解除日期", "去向",
)  # fmt: skip
_REQUEST_HEADER = (
    "请求号", *PERSON_HEADER, "决定书文号", "请求单位所在地", "请求日期", "结果", "答复日期", "原因", "移送文号",
)  # fmt: skip
_MONTH_HEADER = (
    "机构编码", "月份", "机构名称", "主管系统", "所在地", "床位数", "在所人数", "自愿康复新收", "自愿康复累计",
)  # fmt: skip
ACCEPTED, DECLINED, PENDING = "接收", "拒绝", "待定"


def _episode_cells(episode: RehabEpisode, day: date) -> list[str]:
    order = episode.order
    assessed = past(episode.assessed, day)
    is_extended = assessed is not None and episode.extended_months is not None
    ended = past(episode.ended, day)
    term_end = next(until for since, until in reversed(episode.terms) if since <= max(day, episode.admitted))
    return [
        episode.number,
        *person_cells(order.person, episode.admitted, words=True),
        order.number,
        episode.facility.code,
        episode.facility.county,
        text(episode.admitted),
        text(assessed),
        ("合格" if episode.passed else "不合格") if assessed else "",
        str(episode.extended_months) if is_extended else "",
        text(past(episode.early, day)),
        text(term_end),
        text(past(episode.escaped, day)),
        text(past(episode.recaptured, day)),
        text(past(episode.notice, day)),
        text(ended),
        episode.destination if ended else "",
    ]


def episode_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per stay, changed at assessment, escape, notice and end."""
    records = []
    admitted_at = _EPISODE_HEADER.index("接收日期")
    for episode in lives.rehab_episodes:
        made = entered(rng, episode.admitted)
        known = changed(
            made, episode.assessed, episode.early, episode.escaped, episode.recaptured, episode.notice, episode.ended
        )
        order = episode.order
        record = Record(episode.number, known, partial(_episode_cells, episode), order.person, order.case_id, episode)
        wrong = text(episode.admitted - timedelta(days=rng.randrange(1, 20)))
        corrected_later(rng, record, 0.01, {admitted_at: wrong})
        records.append(record)
    return with_mistaken_entries(rng, records, 0.003, lambda r: (f"{r.key}X", {0: f"{r.key}X"}))


def _request_cells(request: TransferRequest, day: date) -> list[str]:
    answered = past(request.answered, day)
    outcome = (DECLINED if request.refusal_reason else ACCEPTED) if answered else PENDING
    return [
        request.number,
        *person_cells(request.order.person, request.requested, words=True),
        request.order.number,
        request.county,
        text(request.requested),
        outcome,
        text(answered),
        request.refusal_reason if answered else "",
        request.transfer_number if past(request.moved, day) else "",
    ]


def request_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per request, changed by the answer and the transfer."""
    records = []
    for request in lives.transfer_requests:
        known = changed(entered(rng, request.requested), request.answered, request.moved)
        order = request.order
        cells = partial(_request_cells, request)
        records.append(Record(request.number, known, cells, order.person, order.case_id, request))
    return with_mistaken_entries(rng, records, 0.003, lambda r: (f"{r.key}X", {0: f"{r.key}X"}))


def _month_cells(report: RehabMonth, day: date) -> list[str]:  # noqa: ARG001 (a report does not change)
    facility = report.facility
    return [
        facility.code,
        f"{report.last:%Y-%m}",
        facility.name,
        facility.operated_by,
        facility.county,
        str(report.beds),
        str(report.occupied),
        str(report.voluntary_admitted),
        str(report.voluntary_total),
    ]


def month_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per facility and month; some are revised."""
    records = []
    occupied_at = _MONTH_HEADER.index("在所人数")
    for report in lives.rehab_months:
        key = f"{report.facility.code}|{report.last:%Y-%m}"
        made = entered(rng, report.last + timedelta(days=2), late=0.01)
        record = Record(key, [made], partial(_month_cells, report), event=report)
        corrected_later(rng, record, 0.03, {occupied_at: str(report.occupied + rng.randrange(1, 6))})
        records.append(record)
    return records


EPISODE = Dataset(
    "rehab_episode",
    "justice",
    "snapshot",
    _EPISODE_HEADER,
    _PLAIN,
    72,
    START,
    HALF_YEAR_CUTS,
    episode_records,
    required=("姓名", "机构编码", "所在地", "接收日期"),
)
REQUEST = Dataset(
    "rehab_transfer_request",
    "justice",
    "delta",
    _REQUEST_HEADER,
    _PLAIN,
    72,
    START,
    HALF_YEAR_CUTS,
    request_records,
    required=("姓名", "请求单位所在地", "请求日期", "结果"),
)
FACILITY_MONTH = Dataset(
    "rehab_facility_month",
    "justice",
    "delta",
    _MONTH_HEADER,
    _PLAIN,
    120,
    START,
    HALF_YEAR_CUTS,
    month_records,
    required=("机构名称", "主管系统", "所在地", "床位数", "在所人数", "自愿康复新收", "自愿康复累计"),
    key_width=2,
    totals=("床位数", "在所人数", "自愿康复新收"),
)
