"""Simulate a province: lives, the exports written about them, and the truth."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

from pipelines.province.broken import broken_deliveries
from pipelines.province.datasets import DATASETS
from pipelines.province.defects import HARD, KIND, NONE, Rates
from pipelines.province.deliveries import Delivery, make_deliveries, put
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
from pipelines.province.truth import write_defects, write_figures, write_handoffs, write_identities

# Under `hard` so many times more people have a twin, a brother or a namesake among the others.
_HARD_RELATIONS = 4


class Agency:
    """Writes the exports of one dataset, and remembers what was planted in them."""

    def __init__(self, dataset: Dataset, lives: Lives, seed: int, level: str) -> None:
        self.dataset = dataset
        self._level = level
        rng = random.Random(f"{seed} {dataset.name} records")
        self.records: list[Record] = dataset.records(lives, rng)
        # Its own stream, so that the clean part of an export is the same at every level.
        self._rng = random.Random(f"{seed} {dataset.name} {level} defects")
        self._rates = Rates(level, self._rng)
        make_slips(dataset, self.records, lives.people, self._rates, self._rng)
        self.deliveries = make_deliveries(dataset, self.records, random.Random(f"{seed} {dataset.name} deliveries"))
        self.planted: list[tuple[object, ...]] = []

    def _spoil_rows(self, delivery: Delivery) -> None:
        spoiler = Spoiler(self.dataset, self._rates, self._rng)
        spoiler.spoil(delivery.rows)
        Rewriter(self.dataset, self._rates, self._rng).rewrite([row for row in delivery.rows if not row.spoilt])
        delivery.rows = twice(spoiler.contradict(delivery.rows), self._rates)

    def _note(self, delivery: Delivery) -> None:
        """Note what is wrong with the rows of a usable delivery."""
        found = {
            (row.record.key, defect_id) for row in delivery.rows for defect_id in (*row.record.slips, *row.defects)
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


def simulate(out: Path, people: int, seed: int, defects: str, report: Callable[[str, float], None]) -> dict[str, int]:
    """Write `out/exports` and `out/truth`, replacing what stood there; returns rows written per dataset.

    `defects` is none, default or hard; `report` is told what is done and which share of the work that is.
    """
    for name in ("exports", "truth"):
        shutil.rmtree(out / name, ignore_errors=True)
    exports, truth = out / "exports", out / "truth"
    truth.mkdir(parents=True)
    lives = live(people, seed, relations=_HARD_RELATIONS if defects == HARD else 1)
    report(f"{len(lives.people):,} lives", 0.2)
    disturbance = Disturbance(lives)
    written: dict[str, int] = {}
    records: dict[Dataset, list[Record]] = {}
    due: list[Delivery] = []
    planted: list[tuple[object, ...]] = []
    for number, dataset in enumerate(DATASETS, 1):
        agency = Agency(dataset, lives, seed, defects)
        written[dataset.name] = agency.export(exports)
        disturbance.add(agency.records, agency.deliveries)
        records[dataset] = agency.records
        due += agency.deliveries
        planted += agency.planted
        report(f"{dataset.name}: {written[dataset.name]:,} rows", 0.2 + 0.7 * number / len(DATASETS))
    write_identities(truth, records)
    write_defects(truth, planted)
    write_figures(truth, count_figures(lives, due), disturbance.cells)
    write_handoffs(truth, all_handoffs(lives))
    report("truth", 1.0)
    return written
