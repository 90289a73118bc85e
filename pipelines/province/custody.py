"""Custody of detained suspects in the detention centres of the police, from the first day to wherever they go."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

from pipelines.province.carrying_out import OUTSIDE
from pipelines.province.days import END, months_later
from pipelines.province.documents import Documents
from pipelines.province.lives import Admission, Custody, Judgment, Lives, Suspect
from pipelines.province.places import places

DETENTION_CENTRE, POLICE_REHAB = "看守所", "公安强制隔离戒毒所"
DETAINED, ARRESTED, SERVING, IN_REHAB = "刑事拘留", "逮捕", "留所服刑", "强制隔离戒毒"
FREED, BAILED, TO_PRISON, PLACED = "释放", "取保候审", "移送监狱", "另行安置"
MEDICAL = "医疗"
# Somebody nobody brought to the centre, somebody it did not take, somebody brought too late.
_NEVER, _REFUSED, _LATE = 0.02, 0.012, 0.05

Interval = tuple[date, date | None]
Key = tuple[str, str]


def detention_centre(county: str) -> str:
    """The detention centre of a county."""
    return f"{places()[county].name}看守所"


class DetentionCentres:
    """Holds the suspects of all cases."""

    def __init__(self, rng: random.Random, lives: Lives, documents: Documents) -> None:
        self._rng = rng
        self._lives = lives
        self._documents = documents
        self._judged: dict[Key, list[Judgment]] = defaultdict(list)
        self._sentenced: dict[Key, date] = {}
        self._brought: dict[Key, Admission] = {}
        for judgment in lives.judgments:
            self._judged[judgment.case.case_id, judgment.person.person_id].append(judgment)
        for sentence in lives.sentences:
            key = sentence.judgment.case.case_id, sentence.judgment.person.person_id
            self._sentenced[key] = sentence.effective
        for admission in lives.admissions:
            self._brought[admission.case_id, admission.person.person_id] = admission
        self._outside: dict[Key, date] = {}
        for execution in lives.executions:
            if execution.outside == OUTSIDE and execution.outside_on is not None:
                key = execution.judgment.case.case_id, execution.judgment.person.person_id
                self._outside[key] = execution.outside_on

    def hold_all(self) -> None:
        """Hold everybody who was detained, and take in whoever was sentenced outside and refused by a prison."""
        for case in self._lives.cases:
            for suspect in case.suspects:
                if suspect.detained is not None and suspect.detained <= END:
                    self._hold(suspect, suspect.detained)
                elif admission := self._placed(suspect):
                    self._enter(suspect, self._sentenced[_key(suspect)], SERVING)
                    self._leave(self._lives.custodies[-1], admission.attempted, PLACED, admission)
        self._end_where_another_begins()

    def _end_where_another_begins(self) -> None:
        """Nobody is in two places: who is detained again elsewhere leaves the first centre."""
        stays: dict[str, list[Custody]] = defaultdict(list)
        for custody in self._lives.custodies:
            if not custody.refused:
                stays[custody.person.person_id].append(custody)
        for held in stays.values():
            held.sort(key=lambda custody: custody.entry)
            for one, after in pairwise(held):
                if one.released is None or after.entry < one.released:
                    one.grounds = [pair for pair in one.grounds if pair[0] <= after.entry]
                    self._leave(one, after.entry, "其他")

    def _placed(self, suspect: Suspect) -> Admission | None:
        admission = self._brought.get(_key(suspect))
        return admission if admission is not None and admission.transfer_number else None

    def _enter(self, suspect: Suspect, day: date, ground: str) -> Custody:
        county = suspect.case.county
        custody = Custody(
            suspect.person,
            self._documents.custody(county, day),
            DETENTION_CENTRE,
            detention_centre(county),
            county,
            day,
            [(day, ground)],
            case=suspect.case,
        )
        self._lives.custodies.append(custody)
        self._cite_judgment(custody, suspect)
        return custody

    def _cite_judgment(self, custody: Custody, suspect: Suspect) -> None:
        """The judgment in force, once there is one."""
        judgments = [j for j in self._judged[_key(suspect)] if j.effective is not None]
        if judgments:
            custody.judgment_number = judgments[0].number
            custody.sentenced = judgments[0].effective

    def _leave(self, custody: Custody, day: date, destination: str, admission: Admission | None = None) -> None:
        day = max(day, custody.entry)
        if day <= END:
            custody.released, custody.destination = day, destination
            custody.transfer_number = admission.transfer_number if admission else custody.transfer_number
        if custody.sentenced and custody.sentenced > day:
            custody.judgment_number, custody.sentenced = "", None

    def _hold(self, suspect: Suspect, detained: date) -> None:
        rng = self._rng
        draw = rng.random()
        placed = self._placed(suspect)
        if draw < _NEVER and not placed:
            return
        late = rng.randrange(2, 7) if draw > 1 - _LATE else rng.randrange(0, 2)
        day = detained + timedelta(days=late)
        if day > END:
            return
        custody = self._enter(suspect, day, DETAINED)
        if draw < _NEVER + _REFUSED and not placed:
            custody.refusal_reason = MEDICAL if rng.random() < 0.8 else "手续不全"
            custody.judgment_number, custody.sentenced = "", None
            return
        if suspect.approved is None and not placed:
            self._leave(custody, detained + timedelta(days=rng.randrange(10, 37)), rng.choice((BAILED, BAILED, FREED)))
            return
        if suspect.approved is not None and day < suspect.approved <= END:
            custody.grounds.append((suspect.approved, ARRESTED))
        self._end(custody, suspect)

    def _end(self, custody: Custody, suspect: Suspect) -> None:
        """Where somebody goes who was arrested: home, to prison, to a centre, or nowhere yet."""
        rng, case = self._rng, suspect.case
        judgments = self._judged[_key(suspect)]
        if not judgments:
            waits = suspect.charged and case.indicted is not None
            if not waits:
                self._leave(custody, custody.entry + timedelta(days=rng.randrange(60, 200)), BAILED)
            return
        final = judgments[-1]
        effective = judgments[0].effective
        if effective is None:
            return
        if _key(suspect) in self._sentenced:
            self._hand_over(custody, suspect)
        elif final.months is not None and not final.suspended:
            # What little is left is served here (刑事诉讼法 264).
            ends = max(months_later(suspect.detained or effective, final.months), effective)
            if effective < ends:
                custody.grounds.append((effective, SERVING))
            self._leave(custody, ends, FREED)
        elif final.penalty != "死刑":
            self._leave(custody, final.judged, FREED)

    def _hand_over(self, custody: Custody, suspect: Suspect) -> None:
        """A sentence to be served in a prison: delivered, placed elsewhere, kept, or let go and never delivered."""
        rng = self._rng
        admission = self._brought.get(_key(suspect))
        if admission is not None and not admission.refused:
            self._leave(custody, admission.attempted, TO_PRISON)
        elif admission is not None and admission.transfer_number:
            self._leave(custody, admission.attempted, PLACED, admission)
        elif _key(suspect) in self._outside:
            self._leave(custody, self._outside[_key(suspect)], "其他")
        elif rng.random() < 0.5:
            self._leave(custody, self._sentenced[_key(suspect)], "其他")


def _key(suspect: Suspect) -> Key:
    return suspect.case.case_id, suspect.person.person_id


def stays_in_custody(lives: Lives) -> dict[str, list[Interval]]:
    """Every stay of a person in a detention centre or prison, in order: [from, until), or until nothing is known."""
    found: dict[str, list[Interval]] = defaultdict(list)
    for custody in lives.custodies:
        if custody.case is not None and not custody.refused:
            found[custody.person.person_id].append((custody.entry, custody.released))
    for admission in lives.admissions:
        if not admission.refused:
            found[admission.person.person_id].append((admission.attempted, admission.released))
    return {person_id: sorted(stays, key=lambda stay: stay[0]) for person_id, stays in found.items()}


def times_in_custody(lives: Lives) -> dict[str, list[Interval]]:
    """When each person was held by criminal law: stays, one after the other as one."""
    return {person_id: _merged(stays) for person_id, stays in stays_in_custody(lives).items()}


def _merged(times: list[Interval]) -> list[Interval]:
    """Times that touch as one."""
    made: list[Interval] = []
    for start, until in times:
        if made and (made[-1][1] is None or start <= made[-1][1]):
            before = made[-1]
            last = None if before[1] is None or until is None else max(before[1], until)
            made[-1] = (before[0], last)
        else:
            made.append((start, until))
    return made


def held_on(times: list[Interval], day: date) -> Interval | None:
    """The time in custody a day lies in."""
    return next((time for time in times if time[0] <= day and (time[1] is None or day < time[1])), None)
