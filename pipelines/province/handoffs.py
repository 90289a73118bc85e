"""The true state of every hand-off the law sets a limit for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from pipelines.province.custody import FREED, PLACED, Interval, stays_in_custody
from pipelines.province.days import END, months_later
from pipelines.province.lives import (
    CHARGED,
    COMMUNITY,
    COMPULSORY,
    EXPIRED,
    FIRST,
    REHABILITATION,
    REVOKED,
    Lives,
)
from pipelines.province.rehab import TO_JUSTICE

MET, LATE, OPEN, OVERDUE, EXCUSED, WITHDRAWN = "met", "late", "open", "overdue", "excused", "withdrawn"
# Nobody took the person over: the gap the project is about. Or the person lawfully serves outside prison.
GAP, OUTSIDE_EXECUTION = "gap", "outside_execution"
# Or the treatment came to an end by itself: the person left the facility another way, the order ended or fell.
LEFT_OTHERWISE, ORDER_ENDED, ORDER_REVOKED = "left_otherwise", "order_ended", "order_revoked"


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
            sentence.due,
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


def detention_to_custody(lives: Lives) -> list[Handoff]:
    """Detention to the detention centre, within 24 hours (刑诉法 85); a centre that refuses does not close it."""
    entered = {
        (custody.case.case_id, custody.person.person_id): custody.entry
        for custody in lives.custodies
        if custody.case is not None and not custody.refused
    }
    return [
        _handoff(
            "detention_to_custody",
            suspect.person.person_id,
            suspect.detained,
            suspect.detained + timedelta(days=1),
            entered.get((case.case_id, suspect.person.person_id)),
        )
        for case in lives.cases
        for suspect in case.suspects
        if suspect.detained is not None and suspect.detained <= END
    ]


def _unless(handoff: Handoff, ended: date | None, status: str, cause: str) -> Handoff:
    """A hand-off that something lawful ended before it was closed, when it was not met in time."""
    if handoff.status == MET or ended is None or (handoff.closed_on is not None and handoff.closed_on <= ended):
        return handoff
    return handoff._replace(status=status, cause=cause)


def police_rehab_to_rehab(lives: Lives) -> list[Handoff]:
    """Held by the police to a facility of the justice system, within 6 months (戒毒条例 27).

    Who left the police another way (ill, order revoked, arrested, term over) had not to be handed over any more.
    """
    admitted: dict[str, date] = {}
    for episode in lives.rehab_episodes:
        admitted[episode.order.number] = min(episode.admitted, admitted.get(episode.order.number, date.max))
    made = []
    for custody in lives.custodies:
        if custody.order is None or custody.refused:
            continue
        handoff = _handoff(
            "police_rehab_to_rehab",
            custody.person.person_id,
            custody.entry,
            months_later(custody.entry, 6),
            admitted.get(custody.order.number),
        )
        left = custody.released if custody.destination != TO_JUSTICE else None
        made.append(_unless(handoff, left, EXCUSED, LEFT_OTHERWISE))
    return made


def order_to_service(lives: Lives) -> list[Handoff]:
    """The decision of a treatment in the community to its service, within 7 days (办理行政案件程序规定 36).

    No order that was not served has ended.
    """
    return [
        _handoff(
            "order_to_service",
            order.person.person_id,
            order.decided,
            order.decided + timedelta(days=7),
            order.served,
        )
        for order in lives.orders
        if order.kind in (COMMUNITY, REHABILITATION)
    ]


def treatment_end_to_notice(lives: Lives) -> list[Handoff]:
    """The end of the term of a treatment in the community to the notice of it, within 7 days (戒毒条例 23, 40)."""
    return [
        _handoff(
            "treatment_end_to_notice",
            treatment.order.person.person_id,
            treatment.order.ended,
            treatment.order.ended + timedelta(days=7),
            treatment.notice,
        )
        for treatment in lives.community
        if treatment.order.ended is not None and treatment.order.end_reason == EXPIRED
    ]


def rehab_end_to_notice(lives: Lives) -> list[Handoff]:
    """The notice of a release from compulsory treatment, three days before it at the latest (戒毒条例 34)."""
    return [
        _handoff(
            "rehab_end_to_notice",
            episode.order.person.person_id,
            episode.ended,
            episode.ended - timedelta(days=3),
            episode.notice,
        )
        for episode in lives.rehab_episodes
        if episode.ended is not None and episode.destination in (REHABILITATION, FREED)
    ]


def _held_days(stays: list[Interval], opened: date, due: date) -> int:
    """Days of the stays in custody that begin before a limit is over, from its opening on, each once."""
    days: set[date] = set()
    for since, until in stays:
        ends = until or END
        if since < due and ends > opened:
            first = max(since, opened)
            days.update(first + timedelta(days=offset) for offset in range((ends - first).days))
    return len(days)


def _to_reporting(lives: Lives, rule_id: str, kind: str) -> list[Handoff]:
    """Service of an order to reporting within 15 days, in which days in custody do not count (戒毒条例 14, 24, 38)."""
    stays = stays_in_custody(lives)
    made = []
    for order in lives.orders:
        if order.kind != kind or order.served is None:
            continue
        due = order.served + timedelta(days=15)
        due += timedelta(days=_held_days(stays.get(order.person.person_id, []), order.served, due))
        handoff = _handoff(rule_id, order.person.person_id, order.served, due, order.reported)
        if order.end_reason == REVOKED:
            handoff = _unless(handoff, order.ended, WITHDRAWN, ORDER_REVOKED)
        elif order.end_reason != EXPIRED:
            handoff = _unless(handoff, order.ended, EXCUSED, ORDER_ENDED)
        made.append(handoff)
    return made


def order_to_reporting(lives: Lives) -> list[Handoff]:
    """An order on community treatment to reporting."""
    return _to_reporting(lives, "order_to_reporting", COMMUNITY)


def community_order_to_reporting(lives: Lives) -> list[Handoff]:
    """An order on community rehabilitation to reporting."""
    return _to_reporting(lives, "community_order_to_reporting", REHABILITATION)


def rehab_end_to_community_order(lives: Lives) -> list[Handoff]:
    """The end of compulsory treatment to the order on community rehabilitation it leads to, within 7 days.

    戒毒条例 37. The police may order it and need not: who was simply released is handed to nobody.
    """
    decided = {
        order.preceding.number: order.decided
        for order in lives.orders
        if order.preceding is not None and order.kind == REHABILITATION
    }
    return [
        _handoff(
            "rehab_end_to_community_order",
            episode.order.person.person_id,
            episode.ended,
            episode.ended + timedelta(days=7),
            decided.get(episode.order.number),
        )
        for episode in lives.rehab_episodes
        if episode.ended is not None and episode.destination == REHABILITATION
    ]


def sentence_end_to_remaining_treatment(lives: Lives) -> list[Handoff]:
    """The end of a time in custody to what remains of a compulsory treatment, within 7 days (戒毒条例 36)."""
    admitted: dict[str, list[date]] = {}
    terms: dict[str, date] = {}
    for episode in lives.rehab_episodes:
        number = episode.order.number
        admitted.setdefault(number, []).append(episode.admitted)
        terms[number] = max(episode.terms[-1][1], terms.get(number, date.min))
    stays = stays_in_custody(lives)
    made = []
    for order in lives.orders:
        if order.kind != COMPULSORY:
            continue
        term = terms.get(order.number, months_later(order.decided, order.months))
        for freed in _freed(stays.get(order.person.person_id, []), order.decided):
            if freed < term and (order.ended is None or freed < order.ended):
                back = min((day for day in admitted.get(order.number, []) if day >= freed), default=None)
                due = freed + timedelta(days=7)
                made.append(_handoff("sentence_end_to_remaining_treatment", order.person.person_id, freed, due, back))
    return made


def _freed(stays: list[Interval], since: date) -> list[date]:
    """The days on which somebody left custody, of stays since a day, and did not go into other custody."""
    return [
        until
        for begun, until in stays
        if until is not None
        and begun >= since
        and not any(other[0] <= until and (other[1] is None or other[1] > until) for other in stays)
    ]


def centre_admission(lives: Lives) -> list[Handoff]:
    """Sent from custody to a special-care centre to its admission, within 15 days: no statute sets a limit."""
    admitted = {episode.transfer_number: episode.admitted for episode in lives.centre_episodes}
    return [
        _handoff(
            "centre_admission",
            custody.person.person_id,
            custody.released,
            custody.released + timedelta(days=15),
            admitted.get(custody.transfer_number),
        )
        for custody in lives.custodies
        if custody.destination == PLACED and custody.released is not None
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
        *detention_to_custody(lives),
        *police_rehab_to_rehab(lives),
        *rehab_end_to_notice(lives),
        *order_to_service(lives),
        *treatment_end_to_notice(lives),
        *order_to_reporting(lives),
        *rehab_end_to_community_order(lives),
        *community_order_to_reporting(lives),
        *sentence_end_to_remaining_treatment(lives),
        *centre_admission(lives),
    ]
