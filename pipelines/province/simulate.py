"""Simulate a province: lives, the exports written about them, and the truth."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

from pipelines.province.datasets import DATASETS
from pipelines.province.deliveries import make_deliveries, put
from pipelines.province.figures import count_figures
from pipelines.province.handoffs import handover_to_case, sentence_to_prison
from pipelines.province.layouts import files_of
from pipelines.province.live import live
from pipelines.province.truth import write_defects, write_figures, write_handoffs, write_identities


def simulate(out: Path, people: int, seed: int, defects: str, report: Callable[[str, float], None]) -> dict[str, int]:
    """Write `out/exports` and `out/truth`, replacing what stood there; returns rows written per dataset.

    `defects` is none, default or hard; `report` is told what is done and which share of the work that is.
    """
    for name in ("exports", "truth"):
        shutil.rmtree(out / name, ignore_errors=True)
    exports, truth = out / "exports", out / "truth"
    truth.mkdir(parents=True)
    lives = live(people, seed)
    report(f"{len(lives.people):,} lives", 0.2)
    written: dict[str, int] = {}
    records = {}
    for number, dataset in enumerate(DATASETS, 1):
        records[dataset] = dataset.records(lives, random.Random(f"{seed} {dataset.name} records"))
        for delivery in make_deliveries(dataset, records[dataset], random.Random(f"{seed} {dataset.name} deliveries")):
            rows = [row.cells for row in delivery.rows]
            delivery.files = files_of(dataset, delivery.stem, rows, delivery.exported)
            put(delivery, exports)
            written[dataset.name] = written.get(dataset.name, 0) + len(rows)
        report(f"{dataset.name}: {written[dataset.name]:,} rows", 0.2 + 0.6 * number / len(DATASETS))
    write_identities(truth, records)
    write_defects(truth, [])
    write_figures(truth, count_figures(lives), {})
    write_handoffs(truth, sentence_to_prison(lives) + handover_to_case(lives))
    report("truth", 1.0)
    return written
