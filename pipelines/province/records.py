"""What an agency keeps about the lives: records with a key, which are made, changed and sometimes dropped.

A dataset is one small declaration (`Dataset`): header, layout, schedule, and a function that makes its records
from the lives. What a record says on a day is a list of texts in the order of the header.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from pipelines.province.days import END
from pipelines.province.lives import Lives
from pipelines.province.people import Person

PERSON_HEADER = ("姓名", "证件种类", "证件号码", "出生日期", "性别", "户籍地", "现住地")
TAIL = ("导出时间", "记录状态", "更新时间")
ADDED, CHANGED, DELETED = "增", "改", "删"

Cells = Callable[[date], list[str]]


@dataclass(slots=True)
class Record:
    """One record of a dataset.

    `known` are the days it was made and changed, in order; `cells` what it says on a day. Until `draft_until` the
    columns in `draft` (by position) hold something wrong that is then corrected. `written` are columns the agency
    always writes otherwise than they are: slips, missing numbers. `dropped` is when it was deleted again.
    """

    key: str
    known: list[date]
    cells: Cells
    person: Person | None = None
    case_id: str | None = None
    event: object = None
    draft: dict[int, str] = field(default_factory=dict)
    draft_until: date | None = None
    written: dict[int, str] = field(default_factory=dict)
    dropped: date | None = None
    trap: str | None = None
    slips: list[str] = field(default_factory=list)

    def row(self, day: date) -> list[str]:
        """What the agency has on a day."""
        cells = self.cells(day)
        if self.draft_until is not None and day < self.draft_until:
            for place, text in self.draft.items():
                cells[place] = text
        for place, text in self.written.items():
            cells[place] = text
        return cells

    def changed_by(self, day: date) -> date:
        """The day of its last change up to a day."""
        return self.known[bisect_right(self.known, day) - 1]


@dataclass(frozen=True)
class Layout:
    """How the files of a dataset are made: `csv`, `xlsx`, `json` or `xml`, with container and encoding of a CSV."""

    format: str
    container: str = ""
    encoding: str = "utf-8"


@dataclass(frozen=True)
class Dataset:
    """A dataset as its agency exports it.

    `header` is without the three columns every export ends with. `cuts` are the ends [exclusive] of the periods its
    deliveries cover; the first period begins at `since`. `numeric` columns are numbers in JSON.
    """

    name: str
    agency: str
    mode: str
    header: tuple[str, ...]
    layout: Layout
    due_hours: int
    since: date
    cuts: tuple[date, ...]
    records: Callable[[Lives, random.Random], list[Record]]
    # Columns that may not be empty, but for those of the key, which are the first `key_width`.
    required: tuple[str, ...]
    key_width: int = 1
    numeric: frozenset[str] = frozenset()
    groups: tuple[tuple[str, int], ...] = ()
    # Columns whose sums the manifest states.
    totals: tuple[str, ...] = ()
    # Of a workbook: what stands above the table.
    title: str = ""

    @property
    def has_person(self) -> bool:
        """Whether its rows name a person."""
        return "姓名" in self.header

    def place(self, column: str) -> int:
        """Position of a column."""
        return self.header.index(column)


# Few days are written many times.
@cache
def text(day: date | None) -> str:
    """A date as most agencies write it, nothing where there is none."""
    return day.isoformat() if day else ""


def past(day: date | None, now: date) -> date | None:
    """The date once it has come."""
    return day if day is not None and day <= now else None


def person_cells(person: Person, day: date, *, words: bool = False) -> list[str]:
    """The seven columns about a person; sex as a word or as the code of GB/T 2261.1."""
    sex = ("男" if person.sex == "1" else "女") if words else person.sex
    return [
        person.name_at(day),
        person.kind,
        person.number,
        text(person.birth),
        sex,
        person.hukou,
        person.home_at(day),
    ]


def entered(rng: random.Random, day: date, *, late: float = 0.02) -> date:
    """When a clerk enters what happened on a day: within days, now and then months later, never after the end."""
    lag = rng.randrange(25, 110) if rng.random() < late else rng.randrange(0, 3)
    return min(day + timedelta(days=lag), END)


def changed(made: date, *days: date | None) -> list[date]:
    """The days a record was made and changed, of days on which something happened that it shows."""
    return [made, *sorted({day for day in days if day is not None and made < day <= END})]


def corrected_later(rng: random.Random, record: Record, share: float, draft: dict[int, str]) -> None:
    """Let a share of records begin with something wrong that is put right some weeks later."""
    days = rng.randrange(20, 90)
    if rng.random() < share and (when := record.known[-1] + timedelta(days=days)) <= END:
        record.draft, record.draft_until = draft, when
        record.known.append(when)


def with_mistaken_entries(
    rng: random.Random, records: list[Record], share: float, renamed: Callable[[Record], tuple[str, dict[int, str]]]
) -> list[Record]:
    """Add records somebody entered by mistake under a key of their own, and deleted some weeks later.

    `renamed` gives the mistaken key and the columns that carry it.
    """
    mistaken = []
    for record in records:
        days = rng.randrange(20, 120)
        if rng.random() < share and (dropped := record.known[0] + timedelta(days=days)) <= END:
            key, columns = renamed(record)
            mistaken.append(
                Record(
                    key,
                    [record.known[0]],
                    record.cells,
                    record.person,
                    record.case_id,
                    written=columns,
                    dropped=dropped,
                    trap=record.trap,
                )
            )
    return records + mistaken
