"""Deliveries: which rows an agency sends on a date, in what state, with what manifest."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from pipelines.province.records import ADDED, CHANGED, DELETED, Dataset, Record, text

# Hour at which agencies write out, on the last day of the period, and at which clerks save.
_EXPORTED, _SAVED = time(23, 30), "17:20:00"


@dataclass(slots=True)
class Row:
    """One row as it will be written: the record it is about, its cells, and the defects planted in it."""

    record: Record
    cells: list[str]
    status: str
    defects: list[str] = field(default_factory=list)
    spoilt: bool = False
    touched: frozenset[int] = frozenset()


@dataclass(slots=True)
class Delivery:
    """One delivery before it is written. `totals` are sums its manifest states of some columns."""

    dataset: Dataset
    delivery_id: str
    start: date
    end: date
    exported: datetime
    received: datetime
    rows: list[Row] = field(default_factory=list)
    totals: dict[str, float] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def due(self) -> datetime:
        """When it was to be there."""
        return datetime.combine(self.end, time()) + timedelta(hours=self.dataset.due_hours)

    @property
    def stem(self) -> str:
        """Name of its file without ending."""
        return f"{self.dataset.name}_{self.exported:%Y%m%d}"


def _row(record: Record, day: date, exported: str, status: str, updated: date) -> Row:
    return Row(record, [*record.row(day), exported, status, f"{text(updated)} {_SAVED}"], status)


def _snapshot_rows(records: list[Record], start: date, day: date, exported: str) -> list[Row]:
    """Every record that stands on a day."""
    rows = []
    for record in records:
        if record.known[0] > day or (record.dropped is not None and record.dropped <= day):
            continue
        updated = record.changed_by(day)
        changed = record.known[0] < start <= updated
        rows.append(_row(record, day, exported, CHANGED if changed else ADDED, updated))
    return rows


def _delta_rows(records: list[Record], start: date, day: date, exported: str) -> list[Row]:
    """One row per record made, changed or deleted from `start` to the day; none for what came and went between."""
    rows = []
    for record in records:
        if record.known[0] > day:
            continue
        is_new = record.known[0] >= start
        if record.dropped is not None and record.dropped <= day:
            if not is_new and record.dropped >= start:
                rows.append(_row(record, day, exported, DELETED, record.dropped))
            continue
        updated = record.changed_by(day)
        if updated >= start:
            rows.append(_row(record, day, exported, ADDED if is_new else CHANGED, updated))
    return rows


def scheduled(dataset: Dataset, rng: random.Random) -> list[Delivery]:
    """The deliveries of a dataset in order, still without rows: what they cover, when they are written and arrive."""
    made: list[Delivery] = []
    start = dataset.since
    for end in dataset.cuts:
        day = end - timedelta(days=1)
        exported = datetime.combine(day, _EXPORTED)
        delay = timedelta(hours=dataset.due_hours * 2) if rng.random() < 0.08 else timedelta(hours=rng.randrange(1, 6))
        made.append(Delivery(dataset, f"{dataset.name}-{day:%Y%m%d}", start, end, exported, exported + delay))
        start = end
    return made


def make_deliveries(dataset: Dataset, records: list[Record], rng: random.Random) -> list[Delivery]:
    """The deliveries of a dataset, in order. The first of a delta also holds what was known before it began."""
    made = scheduled(dataset, rng)
    for place, delivery in enumerate(made):
        day, exported = delivery.exported.date(), f"{delivery.exported:%Y-%m-%d %H:%M:%S}"
        since = date.min if dataset.mode == "delta" and not place else delivery.start
        delivery.rows = (_delta_rows if dataset.mode == "delta" else _snapshot_rows)(records, since, day, exported)
        delivery.totals = {name: _sum(delivery.rows, dataset.place(name)) for name in dataset.totals}
    return made


def _sum(rows: list[Row], place: int) -> float:
    """The sum of a column, an integer where it has no fraction."""
    total = sum(float(row.cells[place]) for row in rows)
    return int(total) if total == int(total) else total


def content_digest(files: dict[str, bytes]) -> str:
    """SHA-256 of a file, or of the lines `<sha256>  <name>` of a set of files in order of name."""
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    if len(digests) == 1:
        return next(iter(digests.values()))
    lines = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
    return hashlib.sha256(lines.encode()).hexdigest()


def put(delivery: Delivery, exports: Path) -> None:
    """Write the files of a delivery and its manifest."""
    dataset = delivery.dataset
    folder = exports / dataset.agency / dataset.name / delivery.delivery_id
    folder.mkdir(parents=True)
    for name, data in delivery.files.items():
        (folder / name).write_bytes(data)
    manifest = {
        "delivery_id": delivery.delivery_id,
        "dataset": dataset.name,
        "period": {"start": delivery.start.isoformat(), "end": delivery.end.isoformat()},
        "due_at": delivery.due.isoformat(),
        "received_at": delivery.received.isoformat(),
        "exported_at": delivery.exported.isoformat(),
        "rows": len(delivery.rows),
        "sha256": content_digest(delivery.files),
        "files": sorted(delivery.files),
        **({"control_totals": delivery.totals} if delivery.totals else {}),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
