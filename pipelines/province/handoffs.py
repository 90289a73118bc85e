"""The true state of every hand-off the law sets a limit for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from pipelines.province.days import END, months_later
from pipelines.province.lives import Lives

MET, LATE, OPEN, OVERDUE = "met", "late", "open", "overdue"
# Nobody took the person over: the gap the project is about.
GAP = "gap"


class Handoff(NamedTuple):
    """One hand-off of one person, as it stands on the last known day."""

    rule_id: str
    true_person: str
    opened_on: date
    due_on: date
    closed_on: date | None
    status: str
    cause: str | None


def _handoff(rule_id: str, person_id: str, opened: date, due: date, closed: date | None) -> Handoff:
    if closed is not None:
        return Handoff(rule_id, person_id, opened, due, closed, MET if closed <= due else LATE, None)
    if due > END:
        return Handoff(rule_id, person_id, opened, due, None, OPEN, None)
    return Handoff(rule_id, person_id, opened, due, None, OVERDUE, GAP)


def sentence_to_prison(lives: Lives) -> list[Handoff]:
    """Effective imprisonment to a prison: documents in 10 days (刑诉法 264), delivery in a month (监狱法 15).

    A sentence with three months or less to serve stays in the detention centre and is handed to nobody.
    """
    return [
        _handoff(
            "sentence_to_prison",
            sentence.judgment.person.person_id,
            sentence.effective,
            months_later(sentence.effective + timedelta(days=10), 1),
            sentence.held,
        )
        for sentence in lives.sentences
    ]


def handover_to_case(lives: Lives) -> list[Handoff]:
    """Handed over at a checkpoint to a case filed by the police, within 30 days."""
    return [
        _handoff(
            "handover_to_case",
            handover.person.person_id,
            handover.handed,
            handover.handed + timedelta(days=30),
            handover.case.filed if handover.case else None,
        )
        for handover in lives.handovers
    ]
