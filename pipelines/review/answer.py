"""Answers of clerks: each is logged, the first becomes a decision, later ones measure how far clerks agree."""

from __future__ import annotations

from collections import Counter, defaultdict

from pipelines.ledger.casework import ReviewAnswer
from pipelines.link.clerk import Linkage, decide
from pipelines.review.queue import Pair, is_about_case, queue

DECISIONS = {"same": "must", "different": "cannot", "unsure": None}


def _records(linkage: Linkage, wanted: str) -> tuple[str, str]:
    """Records of a pair that waits or was answered before."""
    for pair in queue(linkage):
        if pair.pair_id == wanted:
            return pair.left_record, pair.right_record
    for row in linkage.ledger.casework.answers():
        if row.pair_id == wanted:
            return row.left_record, row.right_record
    raise ValueError(f"no pair {wanted} waits or was answered; see `huiliu review next`")


def answer(linkage: Linkage, wanted: str, said: str, reason: str, user: str) -> int | None:
    """Answer a pair; returns the number of the decision made of it, None for `unsure` or a second reading.

    Raises ValueError for an unknown pair or answer, a missing reason, or when this user answered the pair before.
    """
    if said not in DECISIONS:
        raise ValueError(f"{said!r} is no answer; use {', '.join(DECISIONS)}")
    if not reason.strip():
        raise ValueError("a reason is needed: --reason '…'")
    left, right = _records(linkage, wanted)
    before = [row for row in linkage.ledger.casework.answers() if row.pair_id == wanted]
    if any(row.answered_by == user for row in before):
        raise ValueError(f"{user} has answered {wanted} before; `huiliu link undo` takes a decision back")
    kind = DECISIONS[said]
    if kind is not None and is_about_case(wanted):
        kind = f"case_{kind}"
    decision = None
    if kind is not None and all(row.decision_id is None for row in before):
        decision = decide(linkage, kind, left, right, f"review {wanted}: {reason.strip()}", user)
    linkage.ledger.casework.answer(wanted, (left, right), said, reason.strip(), user, decision)
    linkage.ledger.casework.log_access(user, "review decide", wanted, reason.strip())
    return decision


def second_readings(linkage: Linkage, user: str) -> list[Pair]:
    """Pairs one other clerk has answered, in the order of their names: read again, they show agreement."""
    readers: dict[str, list[ReviewAnswer]] = defaultdict(list)
    for row in linkage.ledger.casework.answers():
        readers[row.pair_id].append(row)
    return [
        Pair(name, "second_reading", rows[0].left_record, rows[0].right_record, 0, (), None, 0.0)
        for name, rows in sorted(readers.items())
        if len(rows) == 1 and rows[0].answered_by != user
    ]


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's kappa of two readings (J. Cohen, 1960): agreement beyond chance; 1 where chance alone explains all."""
    total = len(pairs)
    agreed = sum(one == other for one, other in pairs) / total
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(first[word] * second[word] for word in first) / total**2
    return 1.0 if by_chance == 1.0 else (agreed - by_chance) / (1.0 - by_chance)


def agreement(linkage: Linkage) -> dict[str, float]:
    """How many answers there are, how many pairs were read twice, and how far the two readings agree."""
    readings: dict[str, list[str]] = defaultdict(list)
    rows = linkage.ledger.casework.answers()
    for row in rows:
        readings[row.pair_id].append(row.answer)
    twice = [(said[0], said[1]) for said in readings.values() if len(said) > 1]
    found: dict[str, float] = {"answers": len(rows), "pairs": len(readings), "read_twice": len(twice)}
    if twice:
        found |= {"agreement": sum(a == b for a, b in twice) / len(twice), "kappa": kappa(twice)}
    return found
