"""Filled work lists back: the answered lines as a delivery of `handoff_answer`, judged and staged like any other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipelines.contracts import Contract
from pipelines.duck import connect
from pipelines.ingest.signed import Line, Signature, filled_lines, hand_in
from pipelines.publish.opened import attach
from pipelines.store import Store
from pipelines.worklist.workbook import ANSWERED, KEPT

DATASET = "handoff_answer"


def read_list(contract: Contract, path: Path) -> list[Line]:
    """The answered lines of a filled list, by column name, as text.

    A line with any of its open cells filled is answered, even where the answer itself was forgotten: its contract
    says so then. Raises ValueError when it is no work list or has no answer.
    """
    lines = filled_lines(contract, path, (*ANSWERED, *KEPT), "huiliu worklist make")
    answered = [line for line in lines if any(line[name] for name in ANSWERED)]
    if not answered:
        raise ValueError(f"{path.name} has nothing in the column {contract.column('answer').header}")
    return answered


def unknown_lines(store: Store, lines: list[Line]) -> int:
    """How many answers the current release knows no hand-off for, or not that agency as a side: they do not count."""
    with connect() as duck:
        attach(duck, store)
        sides = duck.sql("select handoff_id, from_agency, to_agency from vault.handoff").fetchall()
    known = {(handoff_id, agency) for handoff_id, *agencies in sides for agency in agencies}
    return sum((line["handoff_id"], line["agency_code"]) not in known for line in lines)


def take_list(
    store: Store, contract: Contract, lines: list[Line], signed: Signature, now: datetime, *, take_back: bool
) -> str:
    """Land answers with their signature; returns the delivery id. With `take_back` they are withdrawn instead.

    A delivery of answers is about no period: it is due on no day, and what agencies recorded reaches no further by it.
    Raises ValueError when the signature is not whole.
    """
    return hand_in(store, contract, lines, signed, now, name="answers", status="删" if take_back else "增")
