"""A delivery: what an agency sent at one time, with its manifest and where it was landed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.store import Json, Store, read_json, sha256_file

MANIFEST = "manifest.json"
RECEIPT = "receipt.json"
# A delivery id becomes a folder name, so nothing but these characters is let through.
SAFE_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")


class DeliveryError(ValueError):
    """Something about a delivery that a person has to put right; says what, where and what to do next."""


@dataclass(frozen=True)
class Delivery:
    """One landed delivery. `folder` holds the files as they came and the manifest; neither ever changes."""

    dataset: str
    delivery_id: str
    folder: Path
    files: tuple[str, ...]
    sha256: str
    manifest: Json

    @property
    def paths(self) -> list[Path]:
        """The data files in name order."""
        return [self.folder / name for name in self.files]

    @property
    def period(self) -> tuple[date, date] | None:
        """The period [start, end) the delivery is about, if its sender said."""
        period = self.manifest.get("period") or {}
        if not period.get("start") or not period.get("end"):
            return None
        return date.fromisoformat(period["start"]), date.fromisoformat(period["end"])


def content_hash(paths: list[Path]) -> str:
    """SHA-256 of a file, or of the list of a page set's files (`<sha256>  <name>` lines in name order)."""
    if len(paths) == 1:
        return sha256_file(paths[0])
    lines = "".join(f"{sha256_file(path)}  {path.name}\n" for path in sorted(paths, key=lambda p: p.name))
    return hashlib.sha256(lines.encode()).hexdigest()


def landed_delivery(folder: Path) -> Delivery:
    """The delivery of one landing folder."""
    manifest = read_json(folder / MANIFEST)
    return Delivery(
        dataset=manifest["dataset"],
        delivery_id=manifest["delivery_id"],
        folder=folder,
        files=tuple(manifest["files"]),
        sha256=manifest["content_sha256"],
        manifest=manifest,
    )


def landed_deliveries(store: Store, dataset: str) -> dict[str, Delivery]:
    """Every landed delivery of a dataset by id, in order of receipt, then id."""
    folders = (store.landing / dataset).glob(f"[!.]*/{MANIFEST}")
    found = [landed_delivery(path.parent) for path in folders]
    found.sort(key=lambda d: (str(d.manifest.get("received_at", "")), d.delivery_id))
    return {delivery.delivery_id: delivery for delivery in found}


def find_delivery(store: Store, dataset: str, delivery_id: str) -> Delivery:
    """One landed delivery. Raises DeliveryError when it was never landed."""
    try:
        return landed_deliveries(store, dataset)[delivery_id]
    except KeyError:
        raise DeliveryError(f"{dataset} has no landed delivery {delivery_id}; see `huiliu delivery list`") from None


def receipt_of(store: Store, dataset: str, delivery_id: str) -> Json:
    """The receipt of a staged, refused or duplicate delivery; empty while it waits."""
    return read_json(store.staging_of(dataset, delivery_id) / RECEIPT)
