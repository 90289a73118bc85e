"""The true hand-offs of custody and treatment, of a few lives, worked out by hand."""

from __future__ import annotations

from datetime import date

from pipelines.province.custody import DETENTION_CENTRE, PLACED, POLICE_REHAB
from pipelines.province.handoffs import (
    centre_admission,
    community_order_to_reporting,
    detention_to_custody,
    order_to_reporting,
    police_rehab_to_rehab,
    rehab_end_to_community_order,
    sentence_end_to_remaining_treatment,
)
from pipelines.province.institutions import CENTRE
from pipelines.province.lives import (
    COMMUNITY,
    COMPULSORY,
    EXPIRED,
    REHABILITATION,
    REVOKED,
    Case,
    CentreEpisode,
    Custody,
    Facility,
    Lives,
    Order,
    RehabEpisode,
    RehabFacility,
    Suspect,
)
from pipelines.province.people import Person
from pipelines.province.rehab import JUSTICE, TO_JUSTICE
from pipelines.province.treatment import TO_COMPULSORY

FURONG = "430102"
PLACE = RehabFacility("Q1", "某所", JUSTICE, FURONG, 100)


def _person(number: int) -> Person:
    home = [(date(1900, 1, 1), FURONG)]
    return Person(f"L{number}", "张三", "1", date(1990, 3, 7), "居民身份证", str(number), FURONG, home)


def _order(number: int, kind: str, served: date, **fields: object) -> Order:
    months = 24 if kind == COMPULSORY else 36
    return Order(
        _person(number), f"T{number}", f"第{number}号", kind, FURONG, FURONG, served, months, served=served, **fields
    )


def _held(number: int, entry: date, released: date | None = None, destination: str = "", **fields: object) -> Custody:
    kind = DETENTION_CENTRE if "case" in fields else POLICE_REHAB
    return Custody(
        _person(number), f"J{number}{entry}", kind, "某所", FURONG, entry, [(entry, "")],
        released=released, destination=destination, **fields,
    )  # fmt: skip


def _states(handoffs: list) -> list[tuple]:
    return [(h.due_on, h.closed_on, h.status, h.cause) for h in handoffs]


def _case(*detained: date) -> Case:
    case = Case("K1", "A1", "F1", "060702", FURONG, date(2025, 1, 1))
    case.suspects = [
        Suspect(_person(number), case, f"{number:02d}", day, day, FURONG) for number, day in enumerate(detained, 1)
    ]
    return case


def test_a_detention_is_closed_by_the_centre_and_not_by_its_refusal() -> None:
    day = date(2025, 3, 1)
    case = _case(day, day, day, day)
    custodies = [
        _held(1, date(2025, 3, 2), case=case),
        _held(2, date(2025, 3, 5), case=case),
        _held(3, day, case=case, refusal_reason="医疗"),
    ]
    found = detention_to_custody(Lives(cases=[case], custodies=custodies))
    due = date(2025, 3, 2)
    assert _states(found) == [
        (due, date(2025, 3, 2), "met", None),
        (due, date(2025, 3, 5), "late", None),
        (due, None, "overdue", "gap"),
        (due, None, "overdue", "gap"),
    ]


def test_the_police_hand_over_within_six_months_or_the_person_left_otherwise() -> None:
    entry = date(2025, 1, 31)
    orders = [_order(number, COMPULSORY, entry) for number in range(1, 6)]
    custodies = [
        _held(1, entry, date(2025, 7, 31), TO_JUSTICE, order=orders[0]),
        _held(2, entry, date(2025, 8, 1), TO_JUSTICE, order=orders[1]),
        _held(3, entry, order=orders[2]),
        _held(4, entry, date(2025, 3, 1), PLACED, order=orders[3]),
        _held(5, date(2025, 9, 1), order=orders[4]),
    ]
    episodes = [
        RehabEpisode(order, order.number, PLACE, day, [(day, date(2027, 1, 31))])
        for order, day in ((orders[0], date(2025, 7, 31)), (orders[1], date(2025, 8, 1)))
    ]
    found = police_rehab_to_rehab(Lives(orders=orders, custodies=custodies, rehab_episodes=episodes))
    due = date(2025, 7, 31)
    assert _states(found) == [
        (due, date(2025, 7, 31), "met", None),
        (due, date(2025, 8, 1), "late", None),
        (due, None, "overdue", "gap"),
        (due, None, "excused", "left_otherwise"),
        (date(2026, 3, 1), None, "open", None),
    ]


def test_reporting_is_due_in_fifteen_days_without_those_in_custody() -> None:
    served = date(2025, 5, 1)
    orders = [
        _order(1, COMMUNITY, served, reported=date(2025, 5, 16)),
        _order(2, COMMUNITY, served, reported=date(2025, 5, 17)),
        _order(3, COMMUNITY, served),
        # Ten days of the fifteen in a detention centre, the first of them before the order.
        _order(4, COMMUNITY, served, reported=date(2025, 5, 26)),
        _order(5, COMMUNITY, served, ended=date(2025, 5, 9), end_reason=REVOKED),
        _order(6, COMMUNITY, served, ended=date(2025, 9, 9), end_reason=TO_COMPULSORY),
        _order(7, REHABILITATION, served, reported=date(2025, 5, 2), ended=date(2025, 9, 9), end_reason=EXPIRED),
    ]
    case = _case()
    custodies = [_held(4, date(2025, 4, 30), date(2025, 5, 11), "释放", case=case)]
    lives = Lives(orders=orders, custodies=custodies)
    due = date(2025, 5, 16)
    assert _states(order_to_reporting(lives)) == [
        (due, date(2025, 5, 16), "met", None),
        (due, date(2025, 5, 17), "late", None),
        (due, None, "overdue", "gap"),
        (date(2025, 5, 26), date(2025, 5, 26), "met", None),
        (due, None, "withdrawn", "order_revoked"),
        (due, None, "excused", "order_ended"),
    ]
    assert _states(community_order_to_reporting(lives)) == [(due, date(2025, 5, 2), "met", None)]


def test_a_release_into_rehabilitation_waits_for_the_order_a_plain_release_for_nothing() -> None:
    ended = date(2025, 6, 1)
    orders = [_order(number, COMPULSORY, date(2023, 6, 1)) for number in range(1, 4)]
    after = _order(9, REHABILITATION, date(2025, 6, 9))
    after.preceding = orders[0]
    episodes = [
        RehabEpisode(order, order.number, PLACE, date(2023, 9, 1), [(date(2023, 9, 1), ended)], ended=ended,
                     destination=destination)
        for order, destination in zip(orders, (REHABILITATION, REHABILITATION, "释放"), strict=True)
    ]  # fmt: skip
    found = rehab_end_to_community_order(Lives(orders=[*orders, after], rehab_episodes=episodes))
    due = date(2025, 6, 8)
    assert _states(found) == [(due, date(2025, 6, 9), "late", None), (due, None, "overdue", "gap")]


def test_what_remains_of_a_treatment_follows_the_last_release() -> None:
    decided = date(2024, 1, 1)
    orders = [_order(number, COMPULSORY, decided) for number in range(1, 5)]
    case = _case()
    custodies = [
        _held(1, date(2024, 5, 1), date(2024, 9, 1), "其他", case=case),
        # From one centre into another is no release.
        _held(1, date(2024, 9, 1), date(2024, 10, 1), "释放", case=case),
        _held(2, date(2024, 5, 1), date(2024, 9, 1), "释放", case=case),
        # The term of two years is over by then.
        _held(3, date(2024, 5, 1), date(2026, 1, 1), "释放", case=case),
        # Held before the decision.
        _held(4, date(2023, 12, 1), date(2024, 2, 1), "释放", case=case),
    ]
    back = RehabEpisode(orders[0], "Q", PLACE, date(2024, 10, 5), [(date(2024, 10, 5), date(2026, 1, 1))])
    lives = Lives(orders=orders, custodies=custodies, rehab_episodes=[back])
    assert _states(sentence_end_to_remaining_treatment(lives)) == [
        (date(2024, 10, 8), date(2024, 10, 5), "met", None),
        (date(2024, 9, 8), None, "overdue", "gap"),
    ]


def test_somebody_sent_to_a_centre_arrives_in_fifteen_days() -> None:
    order = _order(1, COMPULSORY, date(2025, 1, 1))
    custodies = [
        _held(number, date(2025, 1, 2), date(2025, 2, 1), PLACED, order=order, transfer_number=f"移{number}")
        for number in (1, 2)
    ]
    centre = Facility("H1", "某中心", CENTRE, FURONG, [(date(2020, 1, 1), 10)])
    arrived = CentreEpisode(_person(1), "T1", "E1", "移1", centre, date(2025, 2, 17), None)
    found = centre_admission(Lives(custodies=custodies, centre_episodes=[arrived]))
    due = date(2025, 2, 16)
    assert _states(found) == [(due, date(2025, 2, 17), "late", None), (due, None, "overdue", "gap")]
