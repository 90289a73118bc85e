"""Corrections an agency resends: deliveries whose manifest names, as `correction_of`, the delivery they correct.

A correction holds the corrected rows only. What it corrects may itself be a correction; the first delivery of such
a chain is its root, and rows of the chain speak as of the root, the last one last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.contracts import Contract
from pipelines.ingest.delivery import Delivery
from pipelines.store import Json

CORRECTION_OF = "correction_of"
# Headers a return file has beside the agency's own; a resent file may keep both.
REFERENCE, REASON = "退回行号", "退回原因"


def corrected_id(delivery: Delivery) -> str | None:
    """The delivery its sender says it corrects, if any."""
    named = delivery.manifest.get(CORRECTION_OF)
    return str(named) if named else None


@dataclass(frozen=True)
class Correction:
    """One correction in its chain: `corrects` lists what it corrects, nearest first, the root last."""

    delivery_id: str
    corrects: tuple[str, ...]
    # Whether its rows may be used; see `corrections`.
    applies: bool

    @property
    def root(self) -> str:
        """The first delivery of the chain."""
        return self.corrects[-1]


def _chain(delivery: Delivery, landed: Mapping[str, Delivery]) -> tuple[str, ...]:
    """What a delivery corrects, nearest first; a delivery that came twice stands for its first."""
    chain: list[str] = []
    named = corrected_id(delivery)
    while named is not None and named not in (*chain, delivery.delivery_id):
        chain.append(named)
        there = landed.get(named)
        named = (there.manifest.get("duplicate_of") or corrected_id(there)) if there else None
    return tuple(chain)


def _data_rows(receipt: Json) -> int:
    return int(receipt["accounts"]["physical"]) - int(receipt["accounts"]["non_data"])


def corrections(
    contract: Contract, landed: Mapping[str, Delivery], receipts: Mapping[str, Json]
) -> dict[str, Correction]:
    """Every correction of a dataset by delivery id.

    Part of a snapshot can only be put into a snapshot that was accepted: read as one itself it would delete all
    other records. So a correction of a refused or unknown snapshot applies only when it is as long as that one.
    """
    found = {}
    for delivery_id, delivery in landed.items():
        chain = _chain(delivery, landed)
        if not chain:
            continue
        root, own = receipts.get(chain[-1], {}), receipts.get(delivery_id, {})
        whole = bool(root) and bool(own) and _data_rows(own) >= _data_rows(root)
        applies = contract.delivery_mode == "delta" or root.get("status") == "accepted" or whole
        found[delivery_id] = Correction(delivery_id, chain, applies)
    return found
