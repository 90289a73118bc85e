"""How far planted defects may move a figure from the truth: cell by cell, in records.

A row that is refused keeps its record from the figures, or leaves an older version of it standing; a slip that
leaves a record's person to linkage may split one person into two. Nothing else may move a figure. Only counts are
followed: a share has no number of records it may be off by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from pipelines.province.counting import Cell, Entry, Periods, cells_of, on, reported, standing
from pipelines.province.crime import PRISON_PENALTIES
from pipelines.province.defects import IDENTITY_SLIPS
from pipelines.province.deliveries import Delivery
from pipelines.province.figures_cases import (
    admission_entries,
    arrest_entries,
    charge_entries,
    judgment_entries,
    seizure_entries,
    solved_entries,
)
from pipelines.province.figures_custody import BANDS
from pipelines.province.figures_places import (
    inspection_entries,
    interception_entries,
    licence_entries,
    rehab_month_entries,
)
from pipelines.province.figures_signed import signed_units
from pipelines.province.figures_treatment import (
    episode_entries,
    kept_too_long,
    order_entries,
    police_stay_entries,
    request_entries,
)
from pipelines.province.lives import (
    CURRENT,
    TRAFFICKING,
    Admission,
    Charge,
    Checkpoint,
    CommunityTreatment,
    Custody,
    Execution,
    FacilityMonth,
    Inspection,
    Interception,
    Judgment,
    LicenceMonth,
    Lives,
    Order,
    Registration,
    RehabEpisode,
    RehabMonth,
    Seizure,
    Sentence,
    Submission,
    Supervision,
    Suspect,
    TransferRequest,
)
from pipelines.province.people import Person
from pipelines.province.places import neighbours
from pipelines.province.records import Record

_STOCKS = ("person_cumulative", "person_current", "person_abstinent")
# A date that is corrected later was at most so much too early.
_TOO_EARLY = timedelta(days=19)
# Events of which one person may have several that count the person once.
PersonEvent = Suspect | Charge | Judgment | Admission | Order | Custody | RehabEpisode
# A case and a person in it.
Key = tuple[str, str]


def _entries_of(event: object) -> Iterator[Entry]:
    """Where an event counts."""
    match event:
        case Suspect():
            yield from arrest_entries(event)
            yield from solved_entries(event.case)
        case Charge():
            yield from charge_entries(event)
        case Judgment():
            yield from judgment_entries(event)
        case Admission():
            yield from admission_entries(event)
        case Seizure():
            yield from seizure_entries(event)
        case Order():
            yield from order_entries(event)
        case Custody():
            yield from police_stay_entries(event)
        case RehabEpisode():
            yield from episode_entries(event)
        case TransferRequest():
            yield from request_entries(event)
        case Interception():
            yield from interception_entries(event)
        case Inspection():
            yield from inspection_entries(event)
        case LicenceMonth():
            yield from licence_entries(event)
        case RehabMonth():
            yield from rehab_month_entries(event)


def _counts(entries: Iterable[Entry]) -> Iterator[Entry]:
    return (entry for entry in entries if not entry.whole and not entry.unit.startswith("share_"))


def _person_cells(event: object) -> set[Cell]:
    """The cells an event counts a distinct person in."""
    return {
        cell
        for entry in _counts(_entries_of(event))
        if entry.who is not None and entry.unit.startswith("person")
        for cell in cells_of(*entry[:4])
    }


def _person(event: PersonEvent) -> Person:
    match event:
        case Charge():
            return event.suspect.person
        case RehabEpisode():
            return event.order.person
    return event.person


def _key(event: object) -> Key | None:
    """The case and person of an event on the way from the arrest to the prison."""
    match event:
        case Suspect() | Judgment():
            return event.case.case_id, event.person.person_id
        case Charge():
            return _key(event.suspect)
        case Admission():
            return event.case_id, event.person.person_id
        case Custody() if event.case is not None:
            return event.case.case_id, event.person.person_id
        case Execution():
            return _key(event.judgment)
        case Supervision():
            return _key(event.execution)
    return None


class Disturbance:
    """Collects what may move, over all datasets."""

    def __init__(self, lives: Lives) -> None:
        self.cells: dict[Cell, float] = defaultdict(float)
        self._registrations: dict[str, list[Registration]] = defaultdict(list)
        self._events: dict[str, list[PersonEvent]] = defaultdict(list)
        self._judged: dict[Key, list[Judgment]] = defaultdict(list)
        self._trafficking: dict[str, list[Suspect]] = defaultdict(list)
        for registration in lives.registrations:
            self._registrations[registration.person.person_id].append(registration)
        suspects = [suspect for case in lives.cases for suspect in case.suspects]
        events: list[Iterable[PersonEvent]] = [
            suspects, lives.charges, lives.judgments, lives.admissions, lives.orders, lives.custodies,
            lives.rehab_episodes,
        ]  # fmt: skip
        for kind in events:
            for event in kind:
                self._events[_person(event).person_id].append(event)
        for judgment in lives.judgments:
            self._judged[judgment.case.case_id, judgment.person.person_id].append(judgment)
        for suspect in suspects:
            if suspect.case.type_code in TRAFFICKING:
                self._trafficking[suspect.person.person_id].append(suspect)

    def _move(self, entries: Iterable[Entry]) -> None:
        for entry in _counts(entries):
            for cell in cells_of(*entry[:4]):
                self.cells[cell] += entry.amount

    def _stocks(self, row: Registration, units: Iterable[str], since: date) -> None:
        self._move(Entry("R24", unit, row.county, standing(since)) for unit in units)

    def _registered(self, rows: Iterable[Registration]) -> None:
        """Everything rows of the register may count in."""
        for row in rows:
            detected = on(row.detected)
            self._move([Entry("R17", "person", row.county, detected), Entry("R24", "person_new", row.county, detected)])
            self._stocks(row, _STOCKS, row.detected)

    def _checkpoint(self, event: Checkpoint) -> None:
        units = ("checkpoint", "checkpoint_entry", "checkpoint_midway")
        self._move(Entry("R12", unit, event.county, standing(event.opened)) for unit in units)

    def _sentenced(self, key: Key) -> None:
        """Whether a sentence to prison is overdue, or is one at all, rests on everything about a person in a case."""
        judged = [judgment for judgment in self._judged[key] if judgment.penalty in PRISON_PENALTIES]
        for court in sorted({judgment.court for judgment in judged}):
            due = min(Sentence(judgment, judgment.effective or judgment.judged).due for judgment in judged)
            units = (("R38", "person"), ("R38", "person_drug"), *(("R39", band) for band in BANDS))
            self._move(Entry(*unit, court, standing(due)) for unit in units)
        arrests = self._trafficking[key[1]]
        if len(arrests) > 1:
            self._move(Entry("R37", "person_again", arrest.arrest_region, on(arrest.arrested)) for arrest in arrests)

    def _touched(self, event: object) -> None:
        """What may move however a record was touched, because it rests on several records of a person."""
        if (key := _key(event)) is not None:
            self._sentenced(key)
        if isinstance(event, Suspect):
            # Its household, which is written anew in every record, is where R11 counts.
            self._move(entry for entry in arrest_entries(event) if entry.indicator_id == "R11")
        order = event.order if isinstance(event, CommunityTreatment) else event
        if isinstance(order, Order):
            self._move([Entry("R19", "person", order.execution, standing(order.decided))])

    def _lost(self, record: Record) -> None:
        """No row of a record was taken."""
        event = record.event
        match event:
            case Registration():
                self._registered(self._registrations[event.person.person_id])
            case Checkpoint():
                self._checkpoint(event)
            case FacilityMonth():
                county, periods = event.facility.county, reported(event.last)
                self._move([Entry("R23", "facility", county, periods)])
                self._move([Entry("R23", "bed", county, periods, amount=event.beds)])
            case Submission():
                self._signed(event, event.value)
            case _:
                self._move(_entries_of(event))

    def _signed(self, submission: Submission, amount: float) -> None:
        """A signed value stands for its own division and period only."""
        for indicator_id, unit in signed_units(submission):
            self.cells[indicator_id, submission.region, submission.period_id, unit] += amount

    def _stale(self, record: Record, since: date) -> None:
        """The latest row of a record was refused, and the row of an earlier day stands."""
        event = record.event
        match event:
            case Registration():
                changed = [day for day, status in event.statuses if day > since and status != CURRENT]
                for row in self._registrations[event.person.person_id] if changed else ():
                    self._stocks(row, ("person_current", "person_abstinent"), changed[0])
            case Suspect():
                if event.case.solved is not None and event.case.solved > since:
                    self._move(solved_entries(event.case))
            case Checkpoint():
                if event.closed is not None and event.closed > since:
                    self._checkpoint(event)
            case Charge() | Inspection() | Seizure():
                self._move(_entries_of(event))
            case Submission():
                self._signed(event, max(abs(float(text) - event.value) for text in record.draft.values()))
        if record.draft_until is not None and record.draft_until > since:
            self._stands_uncorrected(event)
        if isinstance(event, Custody) and event.order is not None:
            self._move([Entry("R42", "person", event.county, standing(kept_too_long(event)))])

    def _stands_uncorrected(self, event: object) -> None:
        """What stands is a date some days too early, or a county of the neighbourhood."""
        match event:
            case Suspect():
                self._early(event, event.arrested, ("R4", "R11"))
            case Order():
                self._early(event, event.decided, ("R18",))
            case RehabEpisode():
                self._early(event, event.admitted, ("R18",))
            case Custody() | Seizure():
                for county in neighbours(event.county):
                    self._move(entry._replace(region=county) for entry in _entries_of(event))

    def _early(self, event: object, day: date, indicators: tuple[str, ...]) -> None:
        periods: Periods = tuple(sorted({*on(day), *on(day - _TOO_EARLY)}))
        entries = (entry for entry in _entries_of(event) if entry.indicator_id in indicators)
        self._move(entry._replace(periods=periods) for entry in entries)

    def _split(self, record: Record) -> None:
        """The person of a record may be taken for another one."""
        event = record.event
        if isinstance(event, Registration):
            rows = sorted(self._registrations[event.person.person_id], key=lambda row: row.detected)
            self._registered(rows[1:])
        else:
            self._split_event(event)

    def _split_event(self, event: object) -> None:
        """A person that falls in two is counted twice where two events of the kind count in one cell."""
        if isinstance(event, PersonEvent):
            others = [e for e in self._events[_person(event).person_id] if type(e) is type(event) and e is not event]
            shared = {cell for other in others for cell in _person_cells(other)}
            for cell in _person_cells(event) & shared:
                self.cells[cell] += 1

    def add(self, records: list[Record], deliveries: list[Delivery]) -> None:
        """Take in one dataset: its records with their slips, and its usable deliveries in order."""
        refused: dict[str, bool] = {}
        standing_since: dict[str, date] = {}
        for delivery in deliveries:
            day = delivery.exported.date()
            for row in delivery.rows:
                refused[row.record.key] = row.spoilt
                if not row.spoilt:
                    standing_since[row.record.key] = day
        for record in records:
            lost = refused.get(record.key, False)
            if lost and record.key in standing_since:
                self._stale(record, standing_since[record.key])
            elif lost:
                self._lost(record)
            split = not IDENTITY_SLIPS.isdisjoint(record.slips)
            if split:
                self._split(record)
            if lost or split:
                self._touched(record.event)
            if (lost or split) and record.person is not None and record.person.former_name:
                # What held the two names of this person together may be gone.
                for event in self._events[record.person.person_id]:
                    self._split_event(event)
