"""Treatment of drug users: what the police decide on a detection, reporting, tests, and how it goes on."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta

from pipelines.province.custody import Interval, held_on
from pipelines.province.days import END, START, months_later, years_later
from pipelines.province.documents import Documents
from pipelines.province.lives import (
    COMMUNITY,
    COMPULSORY,
    EXPIRED,
    REHABILITATION,
    REVOKED,
    CommunityTreatment,
    Detection,
    DrugTest,
    Lives,
    Order,
)
from pipelines.province.people import Person
from pipelines.province.rehab import MONTHS, Next, Rehab

# Treatments of today began on detections since then.
HISTORY = date(2020, 1, 1)
NEGATIVE, POSITIVE, REFUSED, MISSED = "阴性", "阳性", "拒检", "未检"
AT_DETECTION = "查获"
TO_COMPULSORY, TO_PRISON = "转强制隔离戒毒", "收监执行刑罚"
REPORTING_DAYS, COMMUNITY_YEARS = 15, 3
# Shares of the detections, of the orders, and of the agreements.
_COMPULSORY, _COMMUNITY = 0.17, 0.4
_LATE, _NEVER, _REVOKED_SOON = 0.07, 0.09, 0.01
_LOST, _REGAINED = 0.06, 0.65
# Nobody under compulsory treatment, which takes three years at most, is detected a second time.
_NEXT_DETECTION = timedelta(days=1300)
_MEASURES = ("", "", "就业安置", "社会救助", "技能培训", "家庭帮扶", "其他")
# Months between tests in the first, second and third year: local practice.
_TEST_MONTHS = (1, 2, 3)


class Treatment:
    """Treats everybody who was detected, around the times they were in custody."""

    def __init__(
        self, rng: random.Random, lives: Lives, documents: Documents, times: dict[str, list[Interval]]
    ) -> None:
        self._rng = rng
        self._lives = lives
        self._documents = documents
        self._times = times
        self._rehab = Rehab(rng, lives, documents)

    def treat_all(self) -> None:
        """Orders on every detection since `HISTORY`, then the tests of all that were to be tested."""
        detections: dict[str, list[Detection]] = defaultdict(list)
        for detection in self._lives.detections:
            detections[detection.person.person_id].append(detection)
        for found in detections.values():
            found.sort(key=lambda detection: detection.day)
            self._live_on(found)
        for treatment in self._lives.community:
            self._test(treatment)

    def _live_on(self, detections: list[Detection]) -> None:
        """The treatments of one person, detection by detection."""
        times = self._times.get(detections[0].person.person_id, [])
        open_orders: list[Order] = []
        for place, detection in enumerate(detections):
            if detection.day < HISTORY:
                continue
            standing = next((o for o in open_orders if _stands(o, detection.day)), None)
            later = detections[place + 1].day if place + 1 < len(detections) else None
            kind = self._decide(detection, later, standing, times)
            if kind is not None:
                detection.order = self._order(detection.person, kind, detection.county, detection.day, detection.day)
                if standing is not None:
                    self._cut(standing, detection.order.decided, TO_COMPULSORY)
                open_orders += self._carry_out(detection.order, times)
            self._test_at_detection(detection, standing)

    def _decide(
        self, detection: Detection, later: date | None, standing: Order | None, times: list[Interval]
    ) -> str | None:
        """The kind of treatment decided on a detection; none for who is held already."""
        draw = self._rng.random()
        if held_on(times, detection.day) or (standing is not None and standing.kind == COMPULSORY):
            return None
        if draw < _COMPULSORY and (later is None or later - detection.day > _NEXT_DETECTION):
            return COMPULSORY
        return COMMUNITY if draw < _COMPULSORY + _COMMUNITY and standing is None else None

    def _order(self, person: Person, kind: str, county: str, day: date, detected: date | None = None) -> Order:
        rng = self._rng
        decided = min(day + timedelta(days=rng.randrange(0, 3)), END)
        served = decided + timedelta(days=rng.randrange(0, 3))
        order = Order(
            person,
            f"T{len(self._lives.orders) + 1:07d}",
            self._documents.treatment_order(county, decided, kind),
            kind,
            county,
            person.home_at(decided),
            decided,
            MONTHS if kind == COMPULSORY else 12 * COMMUNITY_YEARS,
            detected,
            served if served <= END else None,
        )
        self._lives.orders.append(order)
        return order

    def _carry_out(self, order: Order, times: list[Interval]) -> list[Order]:
        """Let an order and what follows it run their course; returns all of them."""
        if order.kind != COMPULSORY:
            self._report(order, times)
            return [order]
        following = self._rehab.carry_out(order, times)
        after = self._follow(order, following) if following else None
        return [order, *(self._carry_out(after, times) if after else [])]

    def _follow(self, order: Order, following: Next) -> Order | None:
        """The order that follows a compulsory treatment: mostly at once, sometimes late or never."""
        rng, (kind, day) = self._rng, following
        draw = rng.random()
        if draw < 0.05 and kind == REHABILITATION:
            return None
        day += timedelta(days=rng.randrange(16, 50) if draw < 0.13 else rng.randrange(0, 5))
        if day > END:
            return None
        after = self._order(order.person, kind, order.county, day)
        after.preceding, after.case_id = order, order.case_id
        return after

    def _cut(self, order: Order, day: date, reason: str) -> None:
        if order.ended is None or order.ended > day:
            order.ended, order.end_reason = day, reason

    def _report(self, order: Order, times: list[Interval]) -> None:
        """Report within 15 days (戒毒条例 14), late or never; then three years in the community."""
        rng = self._rng
        if order.served is None:
            return
        if rng.random() < _REVOKED_SOON:
            day = order.served + timedelta(days=rng.randrange(1, 20))
            if day <= END:
                order.ended, order.end_reason = day, REVOKED
            return
        draw = rng.random()
        lag = rng.randrange(REPORTING_DAYS + 1, 60) if draw < _LATE else rng.randrange(0, REPORTING_DAYS + 1)
        day = order.served + timedelta(days=lag)
        if draw > 1 - _NEVER or day > END or held_on(times, day):
            return
        order.reported = day
        treatment = CommunityTreatment(order, self._documents.agreement(order.execution, day), day)
        treatment.measure = rng.choice(_MEASURES)
        self._lives.community.append(treatment)
        self._lose(treatment)
        self._end(treatment, times)

    def _lose(self, treatment: CommunityTreatment) -> None:
        """Contact is lost with some, and mostly regained."""
        rng = self._rng
        lost = treatment.reported + timedelta(days=rng.randrange(40, 700))
        if rng.random() < _LOST and lost <= END:
            treatment.lost = lost
            regained = lost + timedelta(days=rng.randrange(31, 240))
            if rng.random() < _REGAINED and regained <= END:
                treatment.regained = regained

    def _end(self, treatment: CommunityTreatment, times: list[Interval]) -> None:
        """After three years, or with a long time in custody (戒毒条例 24)."""
        order, until = treatment.order, years_later(treatment.reported, COMMUNITY_YEARS)
        long = next((t for t in times if treatment.reported < t[0] < until and _is_long(t)), None)
        imprisoned = long[0] + timedelta(days=60) if long is not None else None
        if imprisoned is not None and imprisoned < until:
            if imprisoned <= END:
                order.ended, order.end_reason = imprisoned, TO_PRISON
        elif until <= END:
            order.ended, order.end_reason = until, EXPIRED
            treatment.notice = until + timedelta(days=self._rng.randrange(0, 7))

    def _test_at_detection(self, detection: Detection, standing: Order | None) -> None:
        """The test that showed the use; of somebody in a community treatment it belongs to that."""
        if detection.day < START:
            return
        in_community = standing is not None and standing.kind != COMPULSORY
        number = self._documents.drug_test(detection.county, detection.day)
        occasion = standing.kind if standing is not None and in_community else AT_DETECTION
        order = standing if in_community else detection.order
        self._lives.drug_tests.append(
            DrugTest(
                detection.person, number, order, occasion, detection.county, None, detection.day, POSITIVE,
                detection.drug,
            )
        )  # fmt: skip

    def _test(self, treatment: CommunityTreatment) -> None:
        """The tests of these three years, at the intervals of local practice."""
        rng, order = self._rng, treatment.order
        _trim(treatment)
        times = self._times.get(order.person.person_id, [])
        until = min(order.ended or END, END)
        for due in due_days(treatment.reported):
            if due >= until:
                return
            if due < START or held_on(times, due):
                continue
            tested = due + timedelta(days=rng.randrange(-3, 6))
            draw = rng.random()
            result = MISSED if treatment.is_lost(due) or draw < 0.02 else REFUSED if draw < 0.03 else NEGATIVE
            day = None if result == MISSED else min(max(tested, treatment.reported), until)
            number = self._documents.drug_test(order.execution, due)
            test = DrugTest(order.person, number, order, order.kind, order.execution, due, day, result)
            self._lives.drug_tests.append(test)


def _trim(treatment: CommunityTreatment) -> None:
    """Take back what was to happen after a treatment that was cut short."""
    ended = treatment.order.ended
    if ended is not None and treatment.lost is not None and treatment.lost >= ended:
        treatment.lost = treatment.regained = None
    if ended is not None and treatment.regained is not None and treatment.regained >= ended:
        treatment.regained = None
    if treatment.order.end_reason != EXPIRED:
        treatment.notice = None


def due_days(reported: date) -> list[date]:
    """The days tests are due in the three years of a treatment."""
    made, month = [], 0
    while month < 12 * COMMUNITY_YEARS:
        month += _TEST_MONTHS[month // 12]
        made.append(months_later(reported, month))
    return made


def _is_long(time: Interval) -> bool:
    """Whether a time in custody is more than a detention."""
    return time[1] is None or (time[1] - time[0]).days > 90


def _stands(order: Order, day: date) -> bool:
    """Whether an order is in force on a day."""
    return order.decided <= day and (order.ended is None or day < order.ended)
