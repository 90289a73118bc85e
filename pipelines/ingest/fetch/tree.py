"""Fetch from a server of folders and files: one loop for SFTP, buckets and upload folders."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from pipelines.contracts import Contract
from pipelines.ingest.fetch.inbox import Inbox, NotWhole, check_manifest
from pipelines.ingest.fetch.offers import Offer, RemoteFile, offers_of, shown
from pipelines.store import Json

# How long a file must be unchanged where no manifest says that a delivery is complete.
SETTLE_SECONDS = 60


class Tree(Protocol):
    """A server of folders and files, seen from the place of one dataset."""

    def files(self) -> Iterable[RemoteFile]:
        """Every file at most one folder deep. Raises FetchError."""

    def download(self, file: RemoteFile, target: Path) -> None:
        """Write one file, whole and unchanged since it was listed. Raises FetchError, NotWhole."""


def _bring(tree: Tree, offer: Offer, inbox: Inbox) -> None:
    with inbox.arriving(offer.name) as folder:
        for file in offer.files:
            target = folder / file.parts[-1]
            tree.download(file, target)
            # Landing dates a delivery without manifest by its files: the agency's time, the same at every fetch.
            os.utime(target, (file.modified, file.modified))
        check_manifest(folder)


def fetch_tree(tree: Tree, contract: Contract, inbox: Inbox, now: float) -> tuple[list[str], list[str]]:
    """Bring every complete delivery that is new or changed; returns their names and sentences about refused ones.

    A delivery that is not what its manifest says stays on the server and is looked at again next time.
    """
    server = contract.server
    settle = float(server.options.get("settleSeconds", SETTLE_SECONDS))
    offers, refused = offers_of(tree.files(), manifest_by_sender=server.manifest_by_sender, settled_before=now - settle)
    known: Json = inbox.state().get("deliveries", {})
    # What the agency has cleared away is forgotten, so the state does not grow for ever.
    kept = {offer.name: known[offer.name] for offer in offers if offer.name in known}
    brought = []
    for offer in offers:
        if kept.get(offer.name) == offer.signature:
            continue
        try:
            _bring(tree, offer, inbox)
        except NotWhole as error:
            refused.append(f"delivery {shown(offer.name)} is left on the server: {error}")
            continue
        kept[offer.name] = offer.signature
        inbox.remember({"deliveries": kept})
        brought.append(offer.name)
    return brought, refused
