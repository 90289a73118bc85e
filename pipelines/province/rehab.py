"""Compulsory treatment: held by the police, requested over, in a facility of the justice system, and let go."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta

from pipelines.province.centres import place_in_centre
from pipelines.province.custody import FREED, IN_REHAB, MEDICAL, PLACED, POLICE_REHAB, Interval
from pipelines.province.days import END, START, months_later
from pipelines.province.documents import Documents
from pipelines.province.lives import (
    COMMUNITY,
    EARLY,
    EXPIRED,
    REHABILITATION,
    REVOKED,
    Custody,
    Lives,
    Order,
    RehabEpisode,
    RehabFacility,
    RehabMonth,
    TransferRequest,
)
from pipelines.province.places import counties, places, prefecture_of

JUSTICE, POLICE = "司法行政", "公安"
TO_JUSTICE, ELSEWHERE = "移送司法强制隔离戒毒所", "其他"
TO_COMMUNITY = "转社区戒毒"
MONTHS, LONGEST_MONTHS = 24, 36
# Shares of the compulsory orders: never brought in, refused, placed in a centre, revoked, changed to community.
_NEVER, _REFUSED, _ILL, _REVOKED, _CHANGED = 0.035, 0.03, 0.05, 0.012, 0.015
# Of those held: asked over too late or never; of the requests: refused.
_ASKED_LATE, _NEVER_ASKED, _REQUEST_REFUSED = 0.08, 0.02, 0.09
_REASONS, _REASON_WEIGHTS = (MEDICAL, "手续不全", "容量不足", "其他"), (55, 15, 25, 5)
_ASSESSED_EARLY, _EXTENDED, _ESCAPED, _TO_REHABILITATION = 0.28, 0.07, 0.008, 0.78

_SEATS = ("430111", "430223", "430408", "430682", "430702", "431003")

# What follows a compulsory treatment: the kind of the next order and the day that calls for it.
Next = tuple[str, date]


def make_rehab_facilities(rng: random.Random, people: int) -> list[RehabFacility]:
    """Six of the justice system under invented names, and one of the police in every prefecture."""
    made = []
    for number, seat in enumerate(_SEATS, 1):
        beds = max(40, round(people * rng.uniform(0.003, 0.007)))
        name = f"湖湘第{'一二三四五六'[number - 1]}强制隔离戒毒所"
        made.append(RehabFacility(f"Q{number:03d}", name, JUSTICE, seat, beds))
    firsts: dict[str, str] = {}
    for county in counties():
        firsts.setdefault(prefecture_of(county), county)
    for number, (prefecture, county) in enumerate(firsts.items(), 1):
        name = f"{places()[prefecture].name}公安强制隔离戒毒所"
        beds = max(10, round(people * rng.uniform(0.0003, 0.001)))
        made.append(RehabFacility(f"G{number:03d}", name, POLICE, county, beds))
    return made


class Rehab:
    """Carries out orders on compulsory treatment."""

    def __init__(self, rng: random.Random, lives: Lives, documents: Documents) -> None:
        self._rng = rng
        self._lives = lives
        self._documents = documents
        self._justice = [f for f in lives.rehab_facilities if f.operated_by == JUSTICE]
        self._police = {prefecture_of(f.county): f for f in lives.rehab_facilities if f.operated_by == POLICE}

    def carry_out(self, order: Order, times: list[Interval]) -> Next | None:
        """Let an order run its course around the times in custody of its person; returns what follows it."""
        rng = self._rng
        draw = rng.random()
        day = (order.served or order.decided) + timedelta(days=rng.randrange(0, 3))
        if draw < _NEVER or day > END:
            return None
        custody = self._take_in(order, day)
        draw -= _NEVER
        if draw < _REFUSED:
            custody.refusal_reason = rng.choices(_REASONS, _REASON_WEIGHTS)[0]
            return self._end(order, day + timedelta(days=rng.randrange(3, 20)), TO_COMMUNITY)
        draw -= _REFUSED
        until = months_later(order.decided, MONTHS)
        longest = months_later(order.decided, LONGEST_MONTHS)
        arrest = next((time for time in times if day <= time[0] < longest), None)
        if draw < _ILL + _REVOKED + _CHANGED and arrest is None:
            return self._leave_soon(custody, order, draw, until)
        return self._hold(custody, order, until, arrest)

    def _take_in(self, order: Order, day: date) -> Custody:
        facility = self._police[prefecture_of(order.county)]
        custody = Custody(
            order.person,
            self._documents.custody(facility.county, day),
            POLICE_REHAB,
            facility.name,
            facility.county,
            day,
            [(day, IN_REHAB)],
            order=order,
        )
        self._lives.custodies.append(custody)
        return custody

    def _end(self, order: Order, day: date, reason: str) -> Next | None:
        """End an order if that day has come; returns what follows."""
        if day > END:
            return None
        order.ended, order.end_reason = day, reason
        return (COMMUNITY, day) if reason == TO_COMMUNITY else None

    def _leave_soon(self, custody: Custody, order: Order, draw: float, until: date) -> Next | None:
        """Too ill for the place, released because the order was revoked, or treated in the community instead."""
        day = custody.entry + timedelta(days=self._rng.randrange(5, 75))
        if day > END:
            return None
        custody.released = day
        if draw < _ILL:
            custody.destination = PLACED
            custody.transfer_number = place_in_centre(
                self._rng, self._lives, self._documents, order.person, order.case_id, order.county, day
            )
            return self._end(order, until, EXPIRED)
        custody.destination = FREED if draw < _ILL + _REVOKED else COMMUNITY
        return self._end(order, day, REVOKED if draw < _ILL + _REVOKED else TO_COMMUNITY)

    def _hold(self, custody: Custody, order: Order, until: date, arrest: Interval | None) -> Next | None:
        """In the facility of the police until the justice system takes over, or until the end."""
        cut_short = arrest if arrest is not None and arrest[0] < until else None
        leaves = cut_short[0] if cut_short else until
        request = self._ask(order, custody.entry, leaves)
        if request is not None and request.answered is not None:
            moved = request.answered + timedelta(days=self._rng.randrange(0, 5))
            if moved < leaves and moved <= END:
                request.transfer_number = custody.transfer_number = self._documents.transfer(order.county, moved)
                request.moved = custody.released = moved
                custody.destination = TO_JUSTICE
                return self._treat(order, moved, until, arrest)
        if leaves > END:
            return None
        custody.released = leaves
        if cut_short is not None:
            custody.destination = ELSEWHERE
            return self._resume(order, until, cut_short)
        custody.destination = self._way_out()
        return self._let_go(order, leaves, custody.destination, EXPIRED)

    def _ask(self, order: Order, held: date, leaves: date) -> TransferRequest | None:
        """The requests of the police, one after the other until one is accepted; returns that one."""
        rng = self._rng
        draw = rng.random()
        if draw < _NEVER_ASKED:
            return None
        asked = held + timedelta(days=rng.randrange(175, 330) if draw < _ASKED_LATE else rng.randrange(80, 150))
        while asked < leaves and asked <= END:
            answered = asked + timedelta(days=rng.randrange(2, 15))
            number = self._documents.transfer_request(asked)
            request = TransferRequest(order, number, order.county, asked, answered if answered <= END else None)
            self._lives.transfer_requests.append(request)
            if request.answered is None or rng.random() > _REQUEST_REFUSED:
                return request
            request.refusal_reason = rng.choices(_REASONS, _REASON_WEIGHTS)[0]
            asked = answered + timedelta(days=rng.randrange(15, 60))
        return None

    def _treat(self, order: Order, day: date, until: date, arrest: Interval | None) -> Next | None:
        """A stay in a facility of the justice system, from a day on."""
        episode = self._admit(order, day, until)
        ends, reason = self._term(episode, until)
        if arrest is not None and day < arrest[0] < ends:
            self._forget_after(episode, arrest[0])
            if arrest[0] <= END:
                episode.ended, episode.destination = arrest[0], ELSEWHERE
            return self._resume(order, episode.terms[-1][1], arrest)
        if episode.escaped is not None and episode.recaptured is None:
            return None
        if ends > END:
            return None
        episode.ended, episode.destination = ends, self._way_out()
        episode.notice = ends - timedelta(days=self._rng.randrange(2, 9))
        return self._let_go(order, ends, episode.destination, reason)

    def _admit(self, order: Order, day: date, until: date) -> RehabEpisode:
        facility = self._rng.choice(self._justice)
        number = self._documents.rehab_episode(facility.code, day)
        episode = RehabEpisode(order, number, facility, day, [(day, until)])
        self._lives.rehab_episodes.append(episode)
        return episode

    def _term(self, episode: RehabEpisode, until: date) -> tuple[date, str]:
        """When and why the stay ends as things go: in time, early, extended, or later after an escape."""
        rng = self._rng
        draw = rng.random()
        assessed = months_later(episode.order.decided, 12) + timedelta(days=rng.randrange(3, 40))
        if draw < _ESCAPED and episode.admitted + timedelta(days=60) < until:
            episode.escaped = episode.admitted + timedelta(days=rng.randrange(20, 60))
            if rng.random() < 0.7:
                away = rng.randrange(2, 50)
                episode.recaptured = episode.escaped + timedelta(days=away)
                until += timedelta(days=away)
                episode.terms.append((episode.recaptured, until))
            return until, EXPIRED
        if draw < _ESCAPED + _EXTENDED and episode.admitted < until - timedelta(days=40):
            episode.assessed, episode.passed = until - timedelta(days=rng.randrange(15, 35)), False
            episode.extended_months = rng.choice((3, 6, 6, 12))
            later = months_later(until, episode.extended_months)
            episode.terms.append((episode.assessed, later))
            return later, EXPIRED
        if episode.admitted < assessed < until:
            episode.assessed = assessed
            if draw > 1 - _ASSESSED_EARLY:
                episode.early = assessed + timedelta(days=rng.randrange(5, 90))
                early = episode.early + timedelta(days=rng.randrange(3, 12))
                if early < until:
                    return early, EARLY
                episode.early = None
        return until, EXPIRED

    def _forget_after(self, episode: RehabEpisode, day: date) -> None:
        """Take back what was to happen in a stay that is cut short."""
        if episode.assessed is not None and episode.assessed >= day:
            episode.assessed, episode.passed, episode.extended_months = None, True, None
        if episode.early is not None and episode.early >= day:
            episode.early = None
        if episode.escaped is not None and (episode.recaptured or day) >= day:
            episode.escaped = episode.recaptured = None
        episode.terms = [term for term in episode.terms if term[0] < day]

    def _resume(self, order: Order, until: date, arrest: Interval) -> Next | None:
        """After a time in custody, which counts (戒毒条例 36): what remains of the term is to be served."""
        rng = self._rng
        freed = arrest[1]
        if freed is None or freed >= until:
            return self._end(order, until, EXPIRED)
        draw = rng.random()
        back = freed + timedelta(days=rng.randrange(20, 60) if draw < 0.1 else rng.randrange(0, 8))
        if draw > 0.85 or back >= until or back > END:
            return self._end(order, until, EXPIRED) if draw <= 0.85 else None
        episode = self._admit(order, back, until)
        if until > END:
            return None
        episode.ended, episode.destination = until, self._way_out()
        episode.notice = max(back, until - timedelta(days=5))
        return self._let_go(order, until, episode.destination, EXPIRED)

    def _way_out(self) -> str:
        return REHABILITATION if self._rng.random() < _TO_REHABILITATION else FREED

    def _let_go(self, order: Order, day: date, destination: str, reason: str) -> Next | None:
        self._end(order, day, reason)
        return (REHABILITATION, day) if destination == REHABILITATION else None


def report_rehab_months(rng: random.Random, lives: Lives) -> list[RehabMonth]:
    """The reports of every facility for every month: who is there on its last day, and voluntary rehabilitation."""
    stays: dict[str, list[Interval]] = defaultdict(list)
    for episode in lives.rehab_episodes:
        stays[episode.facility.name].append((episode.admitted, episode.escaped or episode.ended))
        if episode.recaptured is not None:
            stays[episode.facility.name].append((episode.recaptured, episode.ended))
    for custody in lives.custodies:
        if custody.order is not None and not custody.refused:
            stays[custody.facility].append((custody.entry, custody.released))
    made = []
    for facility in lives.rehab_facilities:
        is_justice = facility.operated_by == JUSTICE
        total = rng.randrange(100, 900) if is_justice else 0
        for offset in range(36):
            last = months_later(START, offset + 1) - timedelta(days=1)
            occupied = sum(since <= last and (until is None or last < until) for since, until in stays[facility.name])
            admitted = rng.randrange(0, 9) if is_justice else 0
            total += admitted
            made.append(RehabMonth(facility, last, facility.beds, occupied, admitted, total))
    return made
