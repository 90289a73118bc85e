"""What counts in the figures of treatment: R18, R19, R42 to R46.

Definitions: R18 compulsory orders by day decided, admissions by the police and by the justice system; R19 orders in
the community served and not ended on the last day, and those of them that are carried out, reported to; R42 held by
the police for more than six months on the last day (戒毒条例 27); R43 requests for transfer and their refusal; R44
reporting within 15 days of service (14), tests done of those due, out of contact for more than 30 days; R45 the same
for those who live elsewhere than they are registered, as of the decision; R46 support given in the course of a
treatment carried out on the last day, and use again after its completion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from pipelines.province.counting import Entry, on, part, standing
from pipelines.province.custody import MEDICAL
from pipelines.province.days import END, months_later, years_later
from pipelines.province.lives import (
    COMPULSORY,
    EARLY,
    EXPIRED,
    CommunityTreatment,
    Custody,
    DrugTest,
    Lives,
    Order,
    RehabEpisode,
    TransferRequest,
)
from pipelines.province.treatment import NEGATIVE, POSITIVE, REPORTING_DAYS

_MONTHS_WITH_POLICE, _DAYS_OUT_OF_CONTACT = 6, 30


def order_entries(order: Order) -> Iterator[Entry]:
    """Where an order counts by itself."""
    person_id = order.person.person_id
    if order.kind == COMPULSORY:
        yield Entry("R18", "person_decided", order.county, on(order.decided), person_id)
        yield Entry("R18", "event_decided", order.county, on(order.decided))
    elif order.served is not None:
        place, in_force = order.execution, standing(order.served, order.ended)
        yield Entry("R19", "share_in_execution", place, in_force, amount=0.0, whole=1.0)
        if order.reported is not None:
            carried_out = standing(order.reported, order.ended)
            yield Entry("R19", "share_in_execution", place, carried_out)
            yield Entry("R19", "person", place, carried_out, person_id)
        yield from _reporting_entries(order, order.served)


def _is_separated(order: Order) -> bool | None:
    """Whether somebody lived elsewhere than registered when it was decided; None for who is registered nowhere."""
    return order.person.home_at(order.decided) != order.person.hukou if order.person.hukou else None


def _reporting_entries(order: Order, served: date) -> Iterator[Entry]:
    in_time = order.reported is not None and order.reported <= served + timedelta(days=REPORTING_DAYS)
    is_separated = _is_separated(order)
    yield part("R44", "share_reported", order.execution, on(served), counts=in_time)
    if is_separated is not None:
        unit = "share_reported_separated" if is_separated else "share_reported_together"
        yield part("R45", unit, order.execution, on(served), counts=in_time)


def _treatment_entries(treatment: CommunityTreatment) -> Iterator[Entry]:
    """Where a treatment counts that is carried out."""
    order = treatment.order
    place, carried_out, is_separated = order.execution, standing(treatment.reported, order.ended), _is_separated(order)
    yield Entry("R44", "share_unreachable", place, carried_out, amount=0.0, whole=1.0)
    if treatment.lost is not None:
        gone = treatment.lost + timedelta(days=_DAYS_OUT_OF_CONTACT + 1)
        back = min((day for day in (treatment.regained, order.ended) if day is not None), default=None)
        yield Entry("R44", "share_unreachable", place, standing(gone, back))
    if is_separated is not None:
        yield part("R45", "share_separated", place, carried_out, counts=is_separated)
    yield part("R46", "share_supported", place, carried_out, counts=bool(treatment.support(END)))


def kept_too_long(custody: Custody) -> date:
    """The first day on which the police hold somebody longer than they may."""
    return months_later(custody.entry, _MONTHS_WITH_POLICE) + timedelta(days=1)


def police_stay_entries(custody: Custody) -> Iterator[Entry]:
    """Where a stay with the police for compulsory treatment counts."""
    if custody.order is None or custody.refused:
        return
    county, person_id = custody.county, custody.person.person_id
    yield Entry("R18", "person_police", county, on(custody.entry), person_id)
    yield Entry("R18", "event_police", county, on(custody.entry))
    yield Entry("R42", "person", county, standing(kept_too_long(custody), custody.released), person_id)


def episode_entries(episode: RehabEpisode) -> Iterator[Entry]:
    """Where a stay with the justice system counts."""
    county, periods = episode.facility.county, on(episode.admitted)
    yield Entry("R18", "person_justice", county, periods, episode.order.person.person_id)
    yield Entry("R18", "event_justice", county, periods)


def request_entries(request: TransferRequest) -> Iterator[Entry]:
    """Where a request for transfer counts."""
    county, periods, reason = request.county, on(request.requested), request.refusal_reason
    yield Entry("R43", "event", county, periods)
    yield part("R43", "share_refused", county, periods, counts=bool(reason))
    yield part("R43", "share_refused_medical", county, periods, counts=reason == MEDICAL)


def _test_entries(test: DrugTest) -> Iterator[Entry]:
    if test.due is not None:
        yield part("R44", "share_tested", test.county, on(test.due), counts=test.result in (NEGATIVE, POSITIVE))


def _relapse_entries(lives: Lives) -> Iterator[Entry]:
    """Completed treatments, by whether the person was detected again within one and three years."""
    detected: dict[str, list[date]] = defaultdict(list)
    for detection in lives.detections:
        detected[detection.person.person_id].append(detection.day)
    for order in lives.orders:
        if order.kind == COMPULSORY or order.ended is None or order.end_reason not in (EXPIRED, EARLY):
            continue
        later = [day for day in detected.get(order.person.person_id, ()) if day > order.ended]
        for unit, years in (("share_again_1_year", 1), ("share_again_3_years", 3)):
            again = bool(later) and min(later) <= years_later(order.ended, years)
            yield part("R46", unit, order.execution, on(order.ended), counts=again)


def treatment_entries(lives: Lives) -> Iterator[Entry]:
    """Everything that counts in the figures of treatment."""
    for order in lives.orders:
        yield from order_entries(order)
    for treatment in lives.community:
        yield from _treatment_entries(treatment)
    for custody in lives.custodies:
        yield from police_stay_entries(custody)
    for episode in lives.rehab_episodes:
        yield from episode_entries(episode)
    for request in lives.transfer_requests:
        yield from request_entries(request)
    for test in lives.drug_tests:
        yield from _test_entries(test)
    yield from _relapse_entries(lives)
