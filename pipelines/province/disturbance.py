"""How far planted defects may move a figure from the truth: cell by cell, in records.

A row that is refused keeps its record from the figures, or leaves an older version of it standing; a slip that
leaves a record's person to linkage may split one person into two. Nothing else may move a figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from pipelines.province.days import PERIODS, periods_of
from pipelines.province.defects import IDENTITY_SLIPS
from pipelines.province.deliveries import Delivery
from pipelines.province.figures import Cell, Entry, seizure_unit
from pipelines.province.lives import (
    CURRENT,
    Admission,
    Checkpoint,
    FacilityMonth,
    Handover,
    Judgment,
    Lives,
    Registration,
    Suspect,
)
from pipelines.province.places import reported_in
from pipelines.province.records import Record

_STOCKS = ("person_cumulative", "person_current", "person_abstinent")


def _person_entries(event: object) -> Iterator[Entry]:
    """Where an event counts a distinct person."""
    if isinstance(event, Suspect):
        yield Entry("R4", "person", event.arrest_region, event.arrested)
    elif isinstance(event, Judgment):
        yield Entry("R8", "person", event.court, event.judged)
    elif isinstance(event, Admission):
        yield Entry("R9", "person", event.prison.county, event.attempted)


def _person_cells(event: object) -> set[Cell]:
    """The cells an event counts a distinct person in."""
    return {
        (entry.indicator_id, region, period.period_id, entry.unit)
        for entry in _person_entries(event)
        for region in reported_in(entry.region)
        for period in periods_of(entry.day)
    }


def _event_entries(event: object) -> Iterator[Entry]:
    """Where an event counts otherwise."""
    if isinstance(event, Suspect):
        yield Entry("R4", "event", event.arrest_region, event.arrested)
        if event.case.solved is not None:
            yield Entry("R3", "case", event.case.county, event.case.solved)
    elif isinstance(event, Judgment):
        for unit in ("case", "event"):
            yield Entry("R8", unit, event.court, event.judged)
    elif isinstance(event, Admission):
        yield Entry("R9", "event", event.prison.county, event.attempted)
    elif isinstance(event, Handover):
        measured = seizure_unit(event)
        if measured is not None:
            yield Entry("R5", measured, event.checkpoint.county, event.seized, None, event.amount)
    elif isinstance(event, Registration):
        yield Entry("R17", "person", event.county, event.detected)
        yield Entry("R24", "person_new", event.county, event.detected)


class Disturbance:
    """Collects what may move, over all datasets."""

    def __init__(self, lives: Lives) -> None:
        self.cells: dict[Cell, float] = defaultdict(float)
        self._registrations: dict[str, list[Registration]] = defaultdict(list)
        self._seized_at: dict[str, list[Handover]] = defaultdict(list)
        self._events: dict[str, list[object]] = defaultdict(list)
        for registration in lives.registrations:
            self._registrations[registration.person.person_id].append(registration)
        for handover in lives.handovers:
            self._seized_at[handover.checkpoint.code].append(handover)
        events: list[Suspect | Judgment | Admission] = [s for case in lives.cases for s in case.suspects]
        for event in (*events, *lives.judgments, *lives.admissions):
            self._events[event.person.person_id].append(event)

    def _flow(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            for region in reported_in(entry.region):
                for period in periods_of(entry.day):
                    self.cells[entry.indicator_id, region, period.period_id, entry.unit] += entry.amount

    def _stocks(self, row: Registration, units: Iterable[str], since: date) -> None:
        for period in PERIODS:
            if since < period.end:
                for region in reported_in(row.county):
                    for unit in units:
                        self.cells["R24", region, period.period_id, unit] += 1

    def _registered(self, rows: Iterable[Registration]) -> None:
        """Everything rows of the register may count in."""
        for row in rows:
            self._flow(_event_entries(row))
            self._stocks(row, _STOCKS, row.detected)

    def _stock(self, event: Checkpoint | FacilityMonth) -> None:
        for period in PERIODS:
            last = period.end - timedelta(days=1)
            for region in reported_in(event.county if isinstance(event, Checkpoint) else event.facility.county):
                if isinstance(event, FacilityMonth):
                    if event.last == last:
                        self.cells["R23", region, period.period_id, "facility"] += 1
                        self.cells["R23", region, period.period_id, "bed"] += event.beds
                elif event.opened <= last:
                    for unit in ("checkpoint", "checkpoint_entry", "checkpoint_midway"):
                        self.cells["R12", region, period.period_id, unit] += 1

    def _lost(self, record: Record) -> None:
        """No row of a record was taken."""
        event = record.event
        if isinstance(event, Registration):
            self._registered(self._registrations[event.person.person_id])
            return
        if isinstance(event, Checkpoint | FacilityMonth):
            self._stock(event)
            if isinstance(event, Checkpoint):
                for handover in self._seized_at[event.code]:
                    self._flow(_event_entries(handover))
            return
        self._flow(_event_entries(event))
        self._flow(_person_entries(event))

    def _stale(self, record: Record, standing: date) -> None:
        """The latest row of a record was refused, and the row of an earlier day stands."""
        event = record.event
        if isinstance(event, Registration):
            changed = [since for since, status in event.statuses if since > standing and status != CURRENT]
            for row in self._registrations[event.person.person_id] if changed else ():
                self._stocks(row, ("person_current", "person_abstinent"), changed[0])
        elif isinstance(event, Suspect):
            if event.case.solved is not None and event.case.solved > standing:
                self._flow([Entry("R3", "case", event.case.county, event.case.solved)])
        elif isinstance(event, Checkpoint) and event.closed is not None and event.closed > standing:
            self._stock(event)

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
        if isinstance(event, Suspect | Judgment | Admission):
            others = [e for e in self._events[event.person.person_id] if type(e) is type(event) and e is not event]
            shared = {cell for other in others for cell in _person_cells(other)}
            for cell in _person_cells(event) & shared:
                self.cells[cell] += 1

    def add(self, records: list[Record], deliveries: list[Delivery]) -> None:
        """Take in one dataset: its records with their slips, and its usable deliveries in order."""
        refused: dict[str, bool] = {}
        standing: dict[str, date] = {}
        for delivery in deliveries:
            for row in delivery.rows:
                refused[row.record.key] = row.spoilt
                if not row.spoilt:
                    standing[row.record.key] = delivery.exported.date()
        for record in records:
            lost = refused.get(record.key, False)
            if lost and record.key in standing:
                self._stale(record, standing[record.key])
            elif lost:
                self._lost(record)
            split = not IDENTITY_SLIPS.isdisjoint(record.slips)
            if split:
                self._split(record)
            if (lost or split) and record.person is not None and record.person.former_name:
                # What held the two names of this person together may be gone.
                for event in self._events[record.person.person_id]:
                    self._split_event(event)
