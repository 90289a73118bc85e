"""What the health commission exports: monthly reports of facilities and episodes in special-care centres."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial

from pipelines.province.days import START
from pipelines.province.lives import CentreEpisode, FacilityMonth, Lives
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
)
from pipelines.province.schedule import DELTA_CUTS

_JSON = Layout("json")
_MONTH_HEADER = (
    "机构编码", "月份", "机构名称", "机构类型", "所在地", "床位数", "在治人数", "新入组", "脱失", "检测覆盖",
)  # fmt: skip


def _month_cells(report: FacilityMonth, day: date) -> list[str]:  # noqa: ARG001 (a report does not change)
    return [
        report.facility.code,
        f"{report.last:%Y-%m}",
        report.facility.name,
        report.facility.kind,
        report.facility.county,
        str(report.beds),
        str(report.treated),
        str(report.enrolled),
        str(report.dropped),
        report.coverage,
    ]


def month_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per facility and month; some are revised."""
    records = []
    treated_at = _MONTH_HEADER.index("在治人数")
    for report in lives.facility_months:
        key = f"{report.facility.code}|{report.last:%Y-%m}"
        made = entered(rng, report.last + timedelta(days=2), late=0.01)
        record = Record(key, [made], partial(_month_cells, report), event=report)
        corrected_later(rng, record, 0.03, {treated_at: str(report.treated + rng.randrange(1, 9))})
        records.append(record)
    return records


def _episode_cells(episode: CentreEpisode, day: date) -> list[str]:
    return [
        episode.number,
        *person_cells(episode.person, episode.admitted),
        episode.transfer_number,
        text(episode.admitted),
        text(past(episode.discharged, day)),
        episode.facility.code,
    ]


def episode_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per stay in a centre, changed at discharge."""
    records = []
    for episode in lives.centre_episodes:
        made = entered(rng, episode.admitted)
        known = [made]
        if episode.discharged is not None and episode.discharged > made:
            known.append(episode.discharged)
        cells = partial(_episode_cells, episode)
        records.append(Record(episode.number, known, cells, episode.person, episode.case_id, episode))
    return records


CENTRE_EPISODE = Dataset(
    "health_centre_episode",
    "health",
    "delta",
    ("收治编号", *PERSON_HEADER, "移送文号", "收治日期", "出所日期", "机构编码"),
    _JSON,
    72,
    START,
    DELTA_CUTS,
    episode_records,
    required=("姓名", "收治日期", "机构编码"),
)
FACILITY_MONTH = Dataset(
    "health_facility_month",
    "health",
    "delta",
    _MONTH_HEADER,
    _JSON,
    120,
    START,
    DELTA_CUTS,
    month_records,
    required=("机构名称", "机构类型", "所在地", "床位数", "在治人数", "新入组", "脱失"),
    key_width=2,
    numeric=frozenset({"床位数", "在治人数", "新入组", "脱失", "检测覆盖"}),
    totals=("床位数", "在治人数", "新入组", "脱失"),
)
