"""The true state of every hand-off the law sets a limit for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from pipelines.province.days import END, months_later
from pipelines.province.lives import CHARGED, FIRST, Lives

MET, LATE, OPEN, OVERDUE, EXCUSED = "met", "late", "open", "overdue", "excused"
# Nobody took the person over: the gap the project is about. Or the person lawfully serves outside prison.
GAP, OUTSIDE_EXECUTION = "gap", "outside_execution"


class Handoff(NamedTuple):
    """One hand-off, as it stands on the last known day; of one person, where it is about a person."""

    rule_id: str
    true_person: str | None
    opened_on: date
    due_on: date
    closed_on: date | None
    status: str
    cause: str | None


def _handoff(
    rule_id: str, person_id: str | None, opened: date, due: date, closed: date | None, excused: date | None = None
) -> Handoff:
    """The state of a hand-off; one that is not closed is excused once service outside prison was decided."""
    if closed is not None and closed <= END:
        return Handoff(rule_id, person_id, opened, due, closed, MET if closed <= due else LATE, None)
    if excused is not None and excused <= END:
        return Handoff(rule_id, person_id, opened, due, None, EXCUSED, OUTSIDE_EXECUTION)
    if due > END:
        return Handoff(rule_id, person_id, opened, due, None, OPEN, None)
    return Handoff(rule_id, person_id, opened, due, None, OVERDUE, GAP)


def request_to_arrest_decision(lives: Lives) -> list[Handoff]:
    """The request for an arrest to the procuratorate's decision, within 7 days (刑诉法 91)."""
    return [
        _handoff(
            "request_to_arrest_decision",
            charge.suspect.person.person_id,
            charge.requested,
            charge.requested + timedelta(days=7),
            charge.decided,
        )
        for charge in lives.charges
        if charge.requested is not None
    ]


def indictment_to_judgment(lives: Lives) -> list[Handoff]:
    """Indictment to the judgment of first instance, within 3 months (刑诉法 208); a stay does not count (206)."""
    judged = {
        (judgment.case.case_id, judgment.person.person_id): judgment
        for judgment in lives.judgments
        if judgment.instance == FIRST
    }
    made = []
    for charge in lives.charges:
        if charge.outcome != CHARGED or charge.concluded is None:
            continue
        person_id = charge.suspect.person.person_id
        judgment = judged.get((charge.suspect.case.case_id, person_id))
        due = months_later(charge.concluded, 3)
        if judgment is not None and judgment.stay is not None:
            due += judgment.stay[1] - judgment.stay[0]
        closed = judgment.judged if judgment is not None else None
        made.append(_handoff("indictment_to_judgment", person_id, charge.concluded, due, closed))
    return made


def sentence_to_prison(lives: Lives) -> list[Handoff]:
    """Effective imprisonment to a prison: documents in 10 days (刑诉法 264), delivery in a month (监狱法 15).

    A sentence with three months or less to serve stays in the detention centre and is handed to nobody; one that
    is served outside prison (刑诉法 265) is excused.
    """
    return [
        _handoff(
            "sentence_to_prison",
            sentence.judgment.person.person_id,
            sentence.effective,
            months_later(sentence.effective + timedelta(days=10), 1),
            sentence.held,
            sentence.outside,
        )
        for sentence in lives.sentences
    ]


def effect_to_documents(lives: Lives) -> list[Handoff]:
    """A judgment's effect to the delivery of its papers, within 10 days (刑诉法 264)."""
    return [
        _handoff(
            "effect_to_documents",
            execution.judgment.person.person_id,
            execution.effective,
            execution.effective + timedelta(days=10),
            execution.delivered,
        )
        for execution in lives.executions
    ]


def documents_to_held(lives: Lives) -> list[Handoff]:
    """The papers of a term in prison to the prison, within a month (监狱法 15)."""
    return [
        _handoff(
            "documents_to_held",
            execution.judgment.person.person_id,
            execution.delivered,
            months_later(execution.delivered, 1),
            execution.sentence.held,
            execution.sentence.outside,
        )
        for execution in lives.executions
        if execution.sentence is not None and execution.delivered is not None and execution.delivered <= END
    ]


def release_to_corrections(lives: Lives) -> list[Handoff]:
    """Freedom under supervision to its reception, within 10 days (社区矫正法 21).

    It begins with the effect of a suspended sentence or of surveillance, a parole, a decision of service outside.
    """
    return [
        _handoff(
            "release_to_corrections",
            supervision.execution.judgment.person.person_id,
            supervision.began,
            supervision.began + timedelta(days=10),
            supervision.received,
        )
        for supervision in lives.supervisions
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


def lead_to_case(lives: Lives) -> list[Handoff]:
    """A lead about a venue to a case filed by the police, within 30 days; it is about no person."""
    return [
        _handoff(
            "lead_to_case",
            None,
            inspection.lead_sent,
            inspection.lead_sent + timedelta(days=30),
            inspection.case.filed if inspection.case else None,
        )
        for inspection in lives.inspections
        if inspection.lead_sent is not None
    ]


def all_handoffs(lives: Lives) -> list[Handoff]:
    """Every hand-off of every rule."""
    return [
        *request_to_arrest_decision(lives),
        *indictment_to_judgment(lives),
        *sentence_to_prison(lives),
        *effect_to_documents(lives),
        *documents_to_held(lives),
        *release_to_corrections(lives),
        *handover_to_case(lives),
        *lead_to_case(lives),
    ]
