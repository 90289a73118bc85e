"""The inbox of a dataset: whole fetched deliveries on their way to landing, and what was fetched before.

Everything unfinished and the state are hidden names, which landing does not look at. A delivery appears by one
rename; the state is written after that, so that what dies in between is fetched again, which is harmless.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.contracts import Contract
from pipelines.ingest.delivery import MANIFEST, content_hash
from pipelines.ingest.fetch.connection import FetchError
from pipelines.ingest.manifest import ManifestError, parse_manifest
from pipelines.store import Json, Store, fresh_folder, read_json, write_json

BLOCK = 1 << 20
PAGES = ".pages"


class NotWhole(ValueError):
    """A delivery that is not (yet) what its listing or manifest says; it stays on the server. Says why."""


class Inbox:
    """The inbox folder of one dataset and one server."""

    def __init__(self, store: Store, contract: Contract) -> None:
        self.dataset = contract.dataset
        self.folder = store.private / "inbox" / contract.dataset
        self._state = self.folder / f".state-{contract.server.name}.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the inbox alone, and clear what a killed fetch left. Raises FetchError when another holds it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FetchError(f"{self.dataset} is being fetched by another run; wait for it to end") from None
            for path in self.folder.glob(".*"):
                if path.is_dir() and path.name != PAGES:
                    shutil.rmtree(path)
            yield

    def state(self) -> Json:
        """What was fetched before from this server; empty at first."""
        return read_json(self._state)

    def remember(self, state: Json) -> None:
        """Replace the state. Called only after what it speaks of is in the inbox."""
        write_json(self._state, state)

    @contextmanager
    def arriving(self, name: str) -> Iterator[Path]:
        """A hidden folder that becomes the delivery `name` when the block ends well, and vanishes otherwise."""
        with fresh_folder(self.folder / name) as fresh:
            yield fresh
            for path in (*fresh.iterdir(), fresh):
                _sync(path)
        _sync(self.folder)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A hidden folder for what is no delivery yet; gone when the block ends."""
        folder = self.folder / ".scratch"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def empty(self) -> None:
        """Clear deliveries that were landed."""
        for path in self.folder.glob("[!.]*"):
            shutil.rmtree(path)


def _sync(path: Path) -> None:
    """Have the disk hold a file or folder before anything is remembered about it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(blocks: Iterator[bytes], target: Path, size: int) -> None:
    """Write a download and check that it is exactly as long as the server said. Raises NotWhole."""
    written = 0
    with target.open("xb") as stream:
        for block in blocks:
            written += len(block)
            if written > size:
                raise NotWhole(f"{target.name} is longer than the {size} bytes the server listed")
            stream.write(block)
    if written != size:
        raise NotWhole(f"{target.name} is {written} bytes long where the server listed {size}")


def check_manifest(folder: Path) -> None:
    """Compare a downloaded folder with the sender's manifest, if there is one. Raises NotWhole."""
    path = folder / MANIFEST
    if not path.exists():
        return
    try:
        manifest = parse_manifest(path)
    except ManifestError as error:
        raise NotWhole(str(error)) from None
    files = sorted(file for file in folder.iterdir() if file.name != MANIFEST)
    listed = manifest.get("files")
    if isinstance(listed, list) and sorted(map(str, listed)) != [file.name for file in files]:
        raise NotWhole(f"its {MANIFEST} lists {len(listed)} files, {len(files)} are there or their names differ")
    if manifest.get("sha256") not in (None, content_hash(files)):
        raise NotWhole(f"its content is not the one its {MANIFEST} names")


def own_manifest(contract: Contract, files: list[Path], rows: int | None, received_at: str, **more: Any) -> Json:
    """The manifest of a delivery whose agency sends none, made from what was fetched."""
    digest = content_hash(files)
    return {
        "delivery_id": f"{contract.dataset}-{digest[:12]}",
        "dataset": contract.dataset,
        "received_at": received_at,
        "sha256": digest,
        "files": [file.name for file in files],
        "rows": rows,
        "made_by": "fetch",
        "server": contract.server.name,
        **more,
    }
