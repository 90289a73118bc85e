"""The light list of datasets a DAG file needs: YAML alone, no validation, milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from pipelines.contracts.servers import chosen_name, custom_properties
from pipelines.settings import settings


@dataclass(frozen=True)
class Entry:
    """One dataset: its agency, cron schedule, a sentence that says what it is, and its server's connection."""

    dataset: str
    agency: str
    schedule: str
    description: str
    connection: str | None = None


def _connection(servers: list[dict[str, Any]]) -> str | None:
    """The connection of the chosen server; None for the drop folder."""
    by_name = {entry["server"]: custom_properties(entry).get("connection") for entry in servers}
    return by_name.get(chosen_name(list(by_name)) or "")


def catalogue(dataset: str | None = None) -> list[Entry]:
    """Every dataset of the contracts folder in name order, or the one of that name. Source:
    `slaProperties.frequency`."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries = []
    for path in sorted(settings().contracts.glob(f"*/{dataset or '*'}.yaml"), key=lambda p: p.stem):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        schedule = next(p["value"] for p in document["slaProperties"] if p["property"] == "frequency")
        purpose, connection = str(document["description"]["purpose"]), _connection(document["servers"])
        entries.append(Entry(path.stem, document["domain"], schedule, purpose, connection))
    return entries
