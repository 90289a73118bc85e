"""Land: keep every export as it came, under the hash of its content, with its manifest.

Landing is the only step that looks at the drop folder and the inbox of what was fetched, and landed content is
the only input of every later step, so everything after it can be thrown away and made again.
"""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

from pipelines.contracts import Contract
from pipelines.ingest.delivery import (
    MANIFEST,
    SAFE_ID,
    Delivery,
    content_hash,
    landed_deliveries,
    landed_delivery,
    receipt_of,
)
from pipelines.ingest.manifest import sent_manifest
from pipelines.store import Json, Store, fresh_folder, write_json

# What a sender says of the content itself.
_CLAIMS = ("sha256", "rows", "control_totals")


def _offers(folder: Path) -> list[tuple[Path | None, list[Path]]]:
    """(folder of a manifest or None, data files) of each delivery offered below a dataset's folder."""
    offers: list[tuple[Path | None, list[Path]]] = []
    for path in sorted(folder.iterdir() if folder.is_dir() else []):
        if path.name.startswith(".") or path.is_symlink():
            continue
        if path.is_dir():
            files = sorted(p for p in path.iterdir() if p.is_file() and p.name != MANIFEST and p.name[0] != ".")
            if files:
                offers.append((path, files))
        elif path.name != MANIFEST:
            offers.append((None, [path]))
    return offers


def _manifest(folder: Path | None, files: list[Path], contract: Contract, digest: str) -> Json:
    """The sender's manifest, or one made from the files where the agency sends none."""
    sent, wrong = sent_manifest(folder / MANIFEST) if folder else ({}, [])
    received = datetime.fromtimestamp(max(path.stat().st_mtime for path in files)).isoformat(timespec="seconds")
    delivery_id = str(sent.get("delivery_id") or f"{contract.dataset}-{digest[:12]}")
    if not SAFE_ID.match(delivery_id):
        delivery_id = f"{contract.dataset}-{digest[:12]}"
    return {
        **sent,
        "delivery_id": delivery_id,
        "dataset": contract.dataset,
        "received_at": sent.get("received_at") or received,
        "files": [path.name for path in files],
        "content_sha256": digest,
        "manifest_wrong": wrong,
        "by_sender": bool(sent) and "made_by" not in sent,
    }


def _keep(store: Store, manifest: Json, files: list[Path]) -> Delivery:
    final = store.landing / manifest["dataset"] / manifest["content_sha256"][:16]
    if final.exists():
        final = final.with_name(f"{final.name}-{manifest['delivery_id']}")
    with fresh_folder(final) as fresh:
        for path in files:
            shutil.copyfile(path, fresh / path.name)
        # A file that was still being written while we copied it is not a delivery yet: take it next time.
        if content_hash([fresh / path.name for path in files]) != manifest["content_sha256"]:
            raise BlockingIOError(f"{files[0].name} changed while it was landed; it is taken at the next run")
        write_json(fresh / MANIFEST, manifest)
    return landed_delivery(final)


def _offered_id(landed: Json) -> str:
    """The id a landed delivery came under."""
    return str(landed.get("reused_id", landed["delivery_id"]))


def _is_the_same(manifest: Json, landed: Json) -> bool:
    """Whether a delivery of the same content as a landed one is that one again.

    It is not where a broken manifest was put right, and where a file without a row says of another period that
    there was nothing either. Rows carry their time of export: a file with rows is the same whatever its period.
    """
    if landed.get("manifest_wrong") and (landed["manifest_wrong"], _offered_id(landed)) != (
        manifest["manifest_wrong"],
        manifest["delivery_id"],
    ):
        return False
    told = [*_CLAIMS, "period"] if manifest.get("rows") == 0 else _CLAIMS
    claims = [(manifest.get(name), landed.get(name)) for name in told]
    return all(here == there for here, there in claims if None not in (here, there))


def land(store: Store, contract: Contract, offered: Path) -> list[str]:
    """Land what a dataset's folder offers and is not landed yet; returns the new delivery ids.

    The same content again, renamed or under another id, is landed as nothing but a note beside the first: it
    is a duplicate delivery, unless its manifest says what the first did not (`_is_the_same`). The same id with
    other content gets an id of its own, so neither is lost.
    """
    known = landed_deliveries(store, contract.dataset)
    by_hash: dict[str, list[Delivery]] = {}
    for delivery in known.values():
        if "duplicate_of" not in delivery.manifest:
            by_hash.setdefault(delivery.sha256, []).append(delivery)
    offers = []
    for folder, files in _offers(offered):
        offers.append((_manifest(folder, files, contract, content_hash(files)), files))
    offers.sort(key=lambda offer: (str(offer[0]["received_at"]), offer[0]["delivery_id"]))
    ids = set(known)
    fresh: list[str] = []
    for manifest, files in offers:
        landed = by_hash.setdefault(manifest["content_sha256"], [])
        same = [delivery for delivery in landed if _is_the_same(manifest, delivery.manifest)]
        if same:
            if manifest["delivery_id"] not in {_offered_id(delivery.manifest) for delivery in same}:
                fresh += _note_duplicate(store, contract, manifest, same[0].delivery_id)
            continue
        if manifest["delivery_id"] in ids:
            manifest["reused_id"] = manifest["delivery_id"]
            manifest["delivery_id"] = f"{manifest['delivery_id']}.{manifest['content_sha256'][:8]}"
        delivery = _keep(store, manifest, files)
        landed.append(delivery)
        ids.add(delivery.delivery_id)
        fresh.append(delivery.delivery_id)
    return fresh


def _note_duplicate(store: Store, contract: Contract, manifest: Json, original: str) -> list[str]:
    folder = store.landing / contract.dataset / f"duplicate-{manifest['delivery_id']}"
    if folder.exists():
        return []
    with fresh_folder(folder) as fresh:
        write_json(fresh / MANIFEST, {**manifest, "files": [], "duplicate_of": original})
    return [manifest["delivery_id"]]


def waiting(store: Store, contract: Contract, start: date | None = None, end: date | None = None) -> list[str]:
    """Landed deliveries without a receipt, in order of receipt.

    With an interval, those whose period ends in (start, end] (a delivery without a period belongs to the day
    it was received), so that a scheduled or backfilled run takes the deliveries of its own interval.
    """

    def within(delivery: Delivery) -> bool:
        if start is None or end is None:
            return True
        received = date.fromisoformat(str(delivery.manifest["received_at"])[:10])
        day = delivery.period[1] if delivery.period else received
        return start < day <= end

    return [
        delivery_id
        for delivery_id, delivery in landed_deliveries(store, contract.dataset).items()
        if within(delivery) and not receipt_of(store, contract.dataset, delivery_id)
    ]
