"""What a server of folders and files offers, judged by names and listing alone. Pure functions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.ingest.delivery import MANIFEST
from pipelines.store import fingerprint

LONGEST_NAME = 200
# Names senders and editors give to files they have not finished.
_UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".crdownload")


@dataclass(frozen=True)
class RemoteFile:
    """One file below a dataset's place on a server.

    `parts` is its name, or the name of its folder and its name, exactly as the server gave them and not to be
    trusted. `version` changes when the content does (etag, or time of change); `modified` is in seconds since 1970.
    """

    parts: tuple[str, ...]
    size: int
    version: str
    modified: float


@dataclass(frozen=True)
class Offer:
    """One delivery on a server: a folder with its files, or a single file."""

    name: str
    files: tuple[RemoteFile, ...]

    @property
    def signature(self) -> str:
        """Changes when any file of the delivery does."""
        return fingerprint(sorted((file.parts, file.size, file.version) for file in self.files))

    @property
    def has_manifest(self) -> bool:
        """Whether the sender's manifest is among the files."""
        return any(file.parts[-1] == MANIFEST for file in self.files)


def objection(name: str) -> str | None:
    """Why a name from a server may not become a name of ours; None when it may."""
    if name in ("", ".", ".."):
        return "leads out of its folder"
    if "/" in name or "\\" in name:
        return "holds a path separator"
    categories = {unicodedata.category(character) for character in name}
    if "Cs" in categories:
        return "is not in the encoding the contract says"
    if categories & {"Cc", "Cf", "Zl", "Zp"}:
        return "holds control characters"
    if len(name.encode()) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} bytes"
    return None


def is_unfinished(name: str) -> bool:
    """Whether a name marks a file that is hidden or still being written."""
    return (name.startswith((".", "~$")) and name not in (".", "..")) or name.lower().endswith(_UNFINISHED)


def shown(name: str) -> str:
    """A name as it may stand in an error or a log: escaped and short."""
    return ascii(name.encode("utf-8", "replace").decode())[:80]


def offers_of(
    files: Iterable[RemoteFile], *, manifest_by_sender: bool, settled_before: float
) -> tuple[list[Offer], list[str]]:
    """Complete deliveries in name order, and a sentence for each that is refused by its names.

    Senders write the manifest last, so a folder without one is not complete and waits. Where the agency sends
    none, a delivery is complete when nothing in it changed after `settled_before`.
    """
    groups: dict[str, dict[tuple[str, ...], RemoteFile]] = {}
    refused: dict[str, str] = {}
    for file in files:
        wrong = next(filter(None, map(objection, file.parts)), None)
        if wrong:
            refused[file.parts[0]] = f"a name on the server is refused, it {wrong}: {shown('/'.join(file.parts))}"
        elif len(file.parts) <= 2 and not any(map(is_unfinished, file.parts)):
            groups.setdefault(file.parts[0], {})[file.parts] = file
    offers = []
    for name, members in sorted(groups.items()):
        offer = Offer(name, tuple(members[parts] for parts in sorted(members)))
        if name in refused or all(file.parts[-1] == MANIFEST for file in offer.files):
            continue
        settled = all(file.modified <= settled_before for file in offer.files)
        if offer.has_manifest or (settled and not manifest_by_sender):
            offers.append(offer)
    return offers, sorted(refused.values())
