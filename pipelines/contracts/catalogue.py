"""The light list of datasets a DAG file needs: YAML alone, no validation, milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from pipelines.settings import settings


@dataclass(frozen=True)
class Entry:
    """One dataset with its agency, its cron schedule and a sentence that says what it is."""

    dataset: str
    agency: str
    schedule: str
    description: str


def catalogue(folder: Path | None = None) -> list[Entry]:
    """Every dataset of the contracts folder, in name order. Source: `slaProperties.frequency`."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries = []
    for path in sorted((folder or settings().contracts).rglob("*.yaml"), key=lambda p: p.stem):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        schedule = next(p["value"] for p in document["slaProperties"] if p["property"] == "frequency")
        entries.append(Entry(path.stem, document["domain"], schedule, str(document["description"]["purpose"])))
    return entries
