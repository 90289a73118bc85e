"""Write the truth: relations that say who is who, what was spoilt, and what the figures and hand-offs really are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

# pyarrow loads it at the first array, which would be once in every process forked for a part.
import pandas  # noqa: F401
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.province.counting import Cell, Figure
from pipelines.province.handoffs import Handoff
from pipelines.province.lives import CaseEvent
from pipelines.province.records import Dataset, Record

_TEXT, _NUMBER, _DAY = pa.string(), pa.float64(), pa.date32()
MENTION = pa.schema([(n, _TEXT) for n in ("dataset", "record_key", "person_group", "true_person", "trap")])
DOCUMENT = pa.schema([(n, _TEXT) for n in ("dataset", "record_key", "true_case")])
DEFECT = pa.schema([(n, _TEXT) for n in ("dataset", "delivery_id", "record_key", "defect", "class")])
HANDOFF = pa.schema(
    [
        ("rule_id", _TEXT),
        ("true_person", _TEXT),
        ("opened_on", _DAY),
        ("due_on", _DAY),
        ("closed_on", _DAY),
        ("status", _TEXT),
        ("cause", _TEXT),
    ]
)
_CELL = [(n, _TEXT) for n in ("indicator_id", "region_code", "period_id", "unit")]
FIGURE = pa.schema([*_CELL, ("numerator", _NUMBER), ("denominator", _NUMBER), ("value", _NUMBER)])
CASE_EVENT = pa.schema(
    [
        *((n, _TEXT) for n in ("true_case", "event")),
        ("happened_on", _DAY),
        *((n, _TEXT) for n in ("from_document", "to_document")),
    ]
)
DISTURBANCE = pa.schema([*_CELL, ("records", _NUMBER)])


def _table(schema: pa.Schema, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    arrays = [pa.array([row[place] for row in rows], field.type) for place, field in enumerate(schema)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _write(folder: Path, name: str, schema: pa.Schema, rows: Sequence[tuple[object, ...]]) -> None:
    pq.write_table(_table(schema, rows), folder / f"{name}.parquet")


def _write_together(folder: Path, name: str, parts: list[pa.Table]) -> None:
    """Write the rows of all datasets as one relation."""
    pq.write_table(pa.concat_tables(parts).combine_chunks(), folder / f"{name}.parquet")


class Identities(NamedTuple):
    """The rows of `mention` and `document` about one dataset."""

    mention: pa.Table
    document: pa.Table


def identities_of(dataset: Dataset, records: list[Record]) -> Identities:
    """The true person and the true case of every record."""
    mentions: list[tuple[object, ...]] = []
    documents: list[tuple[object, ...]] = []
    for record in records:
        if record.person is not None:
            trap = record.trap or record.person.trap
            mentions.append((dataset.name, record.key, "subject", record.person.person_id, trap))
        if record.case_id is not None:
            documents.append((dataset.name, record.key, record.case_id))
    return Identities(_table(MENTION, mentions), _table(DOCUMENT, documents))


def write_identities(folder: Path, identities: list[Identities]) -> None:
    """`mention` and `document` of all datasets."""
    for name in Identities._fields:
        _write_together(folder, name, [getattr(part, name) for part in identities])


def defects_of(planted: list[tuple[object, ...]]) -> pa.Table:
    """The rows of `defect` about one dataset: what was planted where, and of what class."""
    return _table(DEFECT, planted)


def write_defects(folder: Path, defects: list[pa.Table]) -> None:
    """`defect` of all datasets."""
    _write_together(folder, "defect", defects)


def write_figures(folder: Path, figures: list[Figure]) -> None:
    """`figure`: every cell of every figure."""
    _write(folder, "figure", FIGURE, figures)


def write_disturbance(folder: Path, disturbed: dict[Cell, float]) -> None:
    """`figure_disturbance`: how many records planted defects keep from or add to a cell."""
    rows: list[tuple[object, ...]] = [(*cell, records) for cell, records in sorted(disturbed.items())]
    _write(folder, "figure_disturbance", DISTURBANCE, rows)


def write_case_events(folder: Path, events: list[CaseEvent]) -> None:
    """`case_event`: every step by which cases were joined or severed."""
    rows = [(one.case_id, one.event, one.day, one.from_document, one.to_document) for one in events]
    _write(folder, "case_event", CASE_EVENT, rows)


def write_handoffs(folder: Path, handoffs: list[Handoff]) -> None:
    """`handoff`: the state of every hand-off on the last known day."""
    _write(folder, "handoff", HANDOFF, handoffs)
