"""Simulate a province: lives, the exports written about them, and the truth."""

from __future__ import annotations

import random
import shutil
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from pipelines.province.beside import run_parts, without_collection
from pipelines.province.broken import broken_deliveries
from pipelines.province.counting import Cell
from pipelines.province.datasets import DATASETS
from pipelines.province.defects import HARD, KIND, NONE, Rates
from pipelines.province.deliveries import Delivery, make_deliveries, put, scheduled
from pipelines.province.disturbance import Disturbance
from pipelines.province.figures import count_figures
from pipelines.province.handoffs import all_handoffs
from pipelines.province.layouts import files_of
from pipelines.province.live import live
from pipelines.province.lives import Lives
from pipelines.province.records import Dataset, Record
from pipelines.province.rejects import Spoiler, twice
from pipelines.province.rewriting import Rewriter
from pipelines.province.slips import make_slips
from pipelines.province.truth import (
    Identities,
    defects_of,
    identities_of,
    write_case_events,
    write_defects,
    write_disturbance,
    write_figures,
    write_handoffs,
    write_identities,
)

# Under `hard` so many times more people have a twin, a brother or a namesake among the others.
_HARD_RELATIONS = 4
# Share of the work that the lives are.
_LIVED = 0.2


def _stream(seed: int, dataset: Dataset, purpose: str) -> random.Random:
    """The random numbers of one purpose in one dataset."""
    return random.Random(f"{seed} {dataset.name} {purpose}")


class Agency:
    """Writes the exports of one dataset, and remembers what was planted in them."""

    def __init__(self, dataset: Dataset, lives: Lives, seed: int, level: str) -> None:
        self.dataset = dataset
        self._level = level
        self.records: list[Record] = dataset.records(lives, _stream(seed, dataset, "records"))
        # Its own stream, so that the clean part of an export is the same at every level.
        self._rng = _stream(seed, dataset, f"{level} defects")
        self._rates = Rates(level, self._rng)
        make_slips(dataset, self.records, lives.people, self._rates, self._rng)
        self.deliveries = make_deliveries(dataset, self.records, _stream(seed, dataset, "deliveries"))
        self.planted: list[tuple[object, ...]] = []

    def _spoil_rows(self, delivery: Delivery) -> None:
        spoiler = Spoiler(self.dataset, self._rates, self._rng)
        spoiler.spoil(delivery.rows)
        Rewriter(self.dataset, self._rates, self._rng).rewrite([row for row in delivery.rows if not row.spoilt])
        delivery.rows = twice(spoiler.contradict(delivery.rows), self._rates)

    def _note(self, delivery: Delivery) -> None:
        """Note what is wrong with the rows of a usable delivery."""
        found = {
            (row.record.key, defect_id)
            for row in delivery.rows
            if row.defects or row.record.slips
            for defect_id in (*row.record.slips, *row.defects)
        }
        self.planted += [
            (self.dataset.name, delivery.delivery_id, key, defect_id, KIND[defect_id])
            for key, defect_id in sorted(found)
        ]

    def export(self, exports: Path) -> int:
        """Write every delivery, the unusable ones beside the good; returns the number of rows written."""
        written = 0
        for delivery in self.deliveries:
            self._spoil_rows(delivery)
            self._note(delivery)
            cells = [row.cells for row in delivery.rows]
            delivery.files = files_of(self.dataset, delivery.stem, cells, delivery.exported)
            put(delivery, exports)
            written += len(delivery.rows)
        for defect_id, delivery in [] if self._level == NONE else broken_deliveries(self.deliveries):
            put(delivery, exports)
            self.planted.append((self.dataset.name, delivery.delivery_id, None, defect_id, KIND[defect_id]))
            written += len(delivery.rows)
        return written


class Exported(NamedTuple):
    """What is known of one dataset once its exports are written: rows, planted defects, cells they may move."""

    written: int
    planted: pa.Table
    disturbed: dict[Cell, float]
    identities: Identities


class Province:
    """A province whose lives are lived: every part of what is written about them can be made by itself."""

    def __init__(self, out: Path, lives: Lives, seed: int, level: str) -> None:
        self.out, self.lives, self.seed, self.level = out, lives, seed, level
        self._disturbance = Disturbance(lives)

    def export(self, dataset: Dataset) -> Exported:
        """Write the exports of a dataset."""
        agency = Agency(dataset, self.lives, self.seed, self.level)
        written = agency.export(self.out / "exports")
        self._disturbance.cells.clear()
        self._disturbance.add(agency.records, agency.deliveries)
        disturbed = dict(self._disturbance.cells)
        return Exported(written, defects_of(agency.planted), disturbed, identities_of(dataset, agency.records))

    def figures(self) -> None:
        """Count and write the true figures."""
        due = chain.from_iterable(scheduled(dataset, _stream(self.seed, dataset, "deliveries")) for dataset in DATASETS)
        write_figures(self.out / "truth", count_figures(self.lives, due))

    def handoffs(self) -> None:
        """Write the true hand-offs."""
        write_handoffs(self.out / "truth", all_handoffs(self.lives))


def simulate(
    out: Path, people: int, seed: int, defects: str, report: Callable[[str, float], None], workers: int | None = None
) -> dict[str, int]:
    """Write `out/exports` and `out/truth`, replacing what stood there; returns rows written per dataset.

    `defects` is none, default or hard; `report` is told what is done and which share of the work that is. So many
    `workers` write at the same time (None: as many as there are cores); what they write does not depend on it.
    """
    for name in ("exports", "truth"):
        shutil.rmtree(out / name, ignore_errors=True)
    (out / "truth").mkdir(parents=True)
    with without_collection():
        lives = live(people, seed, relations=_HARD_RELATIONS if defects == HARD else 1)
        report(f"{len(lives.people):,} lives", _LIVED)
        province = Province(out, lives, seed, defects)
        # The longest first, so that nobody is left alone with it at the end.
        parts: dict[str, Callable[[], Any]] = {"true figures": province.figures, "true hand-offs": province.handoffs}
        parts |= {dataset.name: partial(province.export, dataset) for dataset in DATASETS}
        made: dict[str, Any] = {}
        for name, result in run_parts(parts, workers):
            made[name] = result
            said = f"{name}: {result.written:,} rows" if result else name
            report(said, _LIVED + (1 - _LIVED) * len(made) / len(parts))
    exported: list[Exported] = [made[dataset.name] for dataset in DATASETS]
    write_identities(out / "truth", [one.identities for one in exported])
    write_case_events(out / "truth", lives.case_events)
    write_defects(out / "truth", [one.planted for one in exported])
    disturbed: dict[Cell, float] = defaultdict(float)
    for cell, records in chain.from_iterable(one.disturbed.items() for one in exported):
        disturbed[cell] += records
    write_disturbance(out / "truth", disturbed)
    return {dataset.name: one.written for dataset, one in zip(DATASETS, exported, strict=True)}
