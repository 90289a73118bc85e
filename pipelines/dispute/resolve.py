"""Opening and resolving disputes. A resolution is decisions in the ledger; the next release follows from them."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.dispute.notices import write_notices
from pipelines.dispute.trace import Trace, trace
from pipelines.ledger.casework import Dispute, DisputeCorrection, DisputeResolution
from pipelines.link.clerk import Linkage, decide, side_of, undo
from pipelines.link.decisions import Side, from_ledger
from pipelines.link.link import decisions_taken
from pipelines.store import Store

CORRECTED, REJECTED = "corrected", "rejected"


@dataclass(frozen=True)
class Resolved:
    """What a resolution did: decisions made and withdrawn, notices written (paths below the private area)."""

    decision_ids: list[int]
    withdrawn_ids: list[int]
    notices: list[str]


def open_dispute(linkage: Linkage, person_id: str, complaint: str, user: str) -> tuple[int, Trace]:
    """Open a dispute about a person of the current release; returns its number and what the person rests on."""
    if not complaint.strip():
        raise ValueError("say what is disputed: --complaint '…'")
    found = trace(linkage.store, linkage.contracts, person_id)
    number = linkage.ledger.casework.open_dispute(person_id, complaint.strip(), user)
    linkage.ledger.casework.log_access(user, "dispute open", f"dispute {number} {person_id}", complaint.strip())
    return number, found


def find(linkage: Linkage, dispute_id: int) -> tuple[Dispute, DisputeResolution | None, DisputeCorrection | None]:
    """A dispute with its resolution and correction. Raises ValueError for one unknown."""
    for dispute, resolution, correction in linkage.ledger.casework.disputes():
        if dispute.dispute_id == dispute_id:
            return dispute, resolution, correction
    raise ValueError(f"there is no dispute {dispute_id}; see `huiliu dispute show`")


def resolve(linkage: Linkage, dispute_id: int, not_mine: list[str], reason: str, user: str) -> Resolved:
    """Resolve a dispute: the records `not_mine` (DATASET/RECORD_KEY) are not about the person; none rejects it.

    A record with the person's own number used somebody's papers: it is detached, so that what it says can never
    lead back. Any other is kept apart from every identity of the person. Former decisions that joined the two parts
    are withdrawn. Notices are written for the agencies. Raises ValueError when the dispute was resolved before, or
    a record is not among those of the person, or all of them are.
    """
    dispute, resolution, _ = find(linkage, dispute_id)
    if resolution is not None:
        raise ValueError(f"dispute {dispute_id} was resolved before; open another one")
    if not reason.strip():
        raise ValueError("a reason is needed: --reason '…'")
    found = trace(linkage.store, linkage.contracts, dispute.person_id)
    records = {row.record for row in found.rows}
    unknown = [record for record in not_mine if record not in records]
    if unknown or (not_mine and set(not_mine) == records):
        raise ValueError(
            f"{len(unknown)} of the records named are not among the {len(records)} the person rests on, or nothing "
            f"would be left; see `huiliu dispute show {dispute_id}`"
        )
    wrong = [side_of(linkage, record) for record in sorted(set(not_mine))]
    rest = [side_of(linkage, record) for record in sorted(records - set(not_mine))]
    withdrawn = _withdraw_joining(linkage, wrong, rest, dispute_id, user)
    made = _part(linkage, wrong, rest, f"dispute {dispute_id}: {reason.strip()}", user)
    outcome = CORRECTED if not_mine else REJECTED
    casework = linkage.ledger.casework
    casework.resolve_dispute(dispute_id, outcome, made, withdrawn, reason.strip(), user)
    casework.log_access(user, "dispute resolve", f"dispute {dispute_id} {outcome}", reason.strip())
    notices = write_notices(linkage.store, dispute, found, set(not_mine), outcome)
    return Resolved(made, withdrawn, notices)


def _withdraw_joining(linkage: Linkage, wrong: list[Side], rest: list[Side], dispute_id: int, user: str) -> list[int]:
    """Withdraw decisions that hold a wrong record and one of the rest to be one person."""
    parts = [{side[:3] for side in part} for part in (wrong, rest)]
    withdrawn = []
    for decision in from_ledger(linkage.ledger.links_in_force()):
        here = {side[:3] for side in decision.sides}
        if decision.kind == "must" and here & parts[0] and here & parts[1]:
            undo(linkage, decision.decision_id, f"dispute {dispute_id}", user)
            withdrawn.append(decision.decision_id)
    return withdrawn


def _part(linkage: Linkage, wrong: list[Side], rest: list[Side], reason: str, user: str) -> list[int]:
    numbers = _numbers(linkage, [*wrong, *rest])
    held = {numbers[side] for side in rest} - {None}
    wanted: list[tuple[str, tuple[Side, ...]]] = []
    for side in wrong:
        if numbers[side] in held or side.fingerprint in {other.fingerprint for other in rest}:
            wanted.append(("detach", (side,)))
        else:
            wanted += [("cannot", (side, other)) for other in _distinct(rest)]
    # Somebody may have decided the same before the dispute: that decision then serves.
    standing = {
        (one.kind, frozenset(side[:3] for side in one.sides)): one.decision_id
        for one in from_ledger(linkage.ledger.links_in_force())
    }
    made = []
    for kind, sides in wanted:
        records = [f"{side.dataset}/{side.record_key}" for side in sides]
        number = standing.get((kind, frozenset(side[:3] for side in sides)))
        made.append(number or decide(linkage, kind, records[0], records[1] if len(records) > 1 else None, reason, user))
    return made


def _distinct(sides: list[Side]) -> list[Side]:
    """One side per identity; sides without a fingerprint each."""
    return list({side.fingerprint or side: side for side in sides}.values())


def _numbers(linkage: Linkage, sides: list[Side]) -> dict[Side, object]:
    """The valid number each record carries, or None."""
    from pipelines.link.mentions import read_mentions
    from pipelines.store import read_json

    paths = read_json(linkage.store.records / "current.json")["datasets"]
    mentions = read_mentions(linkage.contracts, {name: paths[name] for name in {side.dataset for side in sides}})
    keys = mentions[["dataset", "record_key", "person_group"]].itertuples(index=False, name=None)
    numbers = dict(zip(keys, zip(mentions["id_no_kind"], mentions["id_no"], strict=True), strict=True))
    return {side: numbers[side[:3]] if numbers[side[:3]][1] else None for side in sides}


def record_corrections(linkage: Linkage, release_id: str) -> dict[int, float]:
    """Note, after a release was published, which resolved disputes it is the first to correct; hours by dispute."""
    taken = decisions_taken(linkage.store)
    in_force = {one.decision_id: one for one in from_ledger(linkage.ledger.links_in_force())}
    hours = {}
    for dispute, resolution, correction in linkage.ledger.casework.disputes():
        if correction is not None or resolution is None or resolution.outcome != CORRECTED:
            continue
        made = [in_force.get(number) for number in resolution.decision_ids]
        if all(one is not None and one.name() in taken for one in made):
            hours[dispute.dispute_id] = linkage.ledger.casework.correct_dispute(dispute, release_id)
    return hours


def notices_of(store: Store, dispute_id: int) -> list[str]:
    """Paths of the notices of a dispute."""
    return [str(path) for path in sorted((store.private / "disputes" / str(dispute_id)).glob("*.md"))]
