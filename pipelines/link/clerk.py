"""What a clerk does to the linkage: decide about records, and take it back. All goes to the ledger, nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.contracts import Contract
from pipelines.ledger import Ledger
from pipelines.link.decisions import KINDS, Decision, Side, contradicts, from_ledger, identity_fingerprints
from pipelines.link.mentions import read_mentions
from pipelines.store import Store, read_json


@dataclass(frozen=True)
class Linkage:
    """What deciding needs: the records decided about, and the ledger decisions go to."""

    store: Store
    contracts: dict[str, Contract]
    ledger: Ledger


def side_of(linkage: Linkage, record: str) -> Side:
    """The side of a record `DATASET/RECORD_KEY`, with the fingerprint of what it says now.

    Raises ValueError when it is written otherwise, its dataset names no persons, or no current record has the key.
    """
    dataset, slash, record_key = record.partition("/")
    if not slash or dataset not in linkage.contracts:
        raise ValueError("name a record as DATASET/RECORD_KEY, for example police_drug_user/U0001")
    path = read_json(linkage.store.records / "current.json").get("datasets", {}).get(dataset)
    groups = linkage.contracts[dataset].person_groups
    if not groups or path is None:
        raise ValueError(f"{dataset} has no records that name persons; see `huiliu status`")
    mentions = read_mentions(linkage.contracts, {dataset: path})
    found = mentions[mentions["record_key"] == record_key]
    if found.empty:
        raise ValueError(f"{dataset} has no current record of that key; look it up in vault.mention")
    fingerprint = identity_fingerprints(found.iloc[:1], linkage.store.key("person")).iloc[0]
    return Side(dataset, record_key, str(found["person_group"].iloc[0]), fingerprint)


def decide(linkage: Linkage, kind: str, left: str, right: str | None, reason: str, user: str) -> int:
    """Append a decision; returns its number.

    Raises ValueError for an unknown kind, a wrong number of records, no reason, a record that is not there, a
    decision that stands already, or one that contradicts another in force.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of decision; use {', '.join(KINDS)}")
    if (right is None) != (kind == "detach"):
        raise ValueError("detach names one record, every other kind two")
    if not reason.strip():
        raise ValueError("a reason is needed: --reason '…'")
    sides = [side_of(linkage, record) for record in (left, right) if record is not None]
    if len(sides) == 2 and sides[0][:3] == sides[1][:3]:
        raise ValueError("both sides are the same record")
    fresh = Decision(kind, sides[0], sides[1] if len(sides) == 2 else None)
    _refuse(from_ledger(linkage.ledger.links_in_force()), fresh)
    return linkage.ledger.decide_link(kind, sides, reason.strip(), user)


def _refuse(in_force: tuple[Decision, ...], fresh: Decision) -> None:
    wanted = {side[:3] for side in fresh.sides}
    for one in in_force:
        if one.kind == fresh.kind and {side[:3] for side in one.sides} == wanted:
            raise ValueError(f"decision {one.decision_id} says so already")
    other = contradicts(in_force, fresh)
    if other is not None:
        raise ValueError(
            f"decision {other.decision_id} ({other.kind}) says the contrary; `huiliu link undo {other.decision_id}` "
            "first, if it was wrong"
        )


def undo(linkage: Linkage, decision_id: int, reason: str, user: str) -> None:
    """Withdraw a decision. Raises ValueError without a reason, or for one unknown or withdrawn before."""
    if not reason.strip():
        raise ValueError("a reason is needed: --reason '…'")
    linkage.ledger.withdraw_link(decision_id, reason.strip(), user)
