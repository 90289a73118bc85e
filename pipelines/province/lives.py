"""What happens in the lives of the province's people, and in the places that deal with them.

Every event knows its true person and its true case. Nothing here knows of exports: what an agency writes about
an event, when, and how badly, is another matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from pipelines.province.days import months_later
from pipelines.province.people import Person

CURRENT, ABSTINENT, DEAD, DEPARTED = "现有吸毒", "戒断三年未复吸", "死亡", "出境"
FIRST, SECOND = "一审", "二审"
ACQUITTED = "无罪"
APPROVED, NOT_APPROVED = "批准逮捕", "不批准逮捕"
CHARGED, NOT_CHARGED = "起诉", "不起诉"
# Why somebody serves a sentence in the community.
PROBATION, SURVEILLANCE, PAROLE, SERVED_OUTSIDE = "缓刑", "管制", "假释", "暂予监外执行"
DRUG_OFFENCES = (
    "走私、贩卖、运输、制造毒品罪",
    "非法持有毒品罪",
    "容留他人吸毒罪",
    "引诱、教唆、欺骗他人吸毒罪",
    "非法种植毒品原植物罪",
    "包庇毒品犯罪分子罪",
)
# Types of a case of selling drugs, in the six and the eight digits of the code.
TRAFFICKING = ("060702", "06070102")
# Kinds of treatment, and how one ends before its term.
COMMUNITY, COMPULSORY, REHABILITATION = "社区戒毒", "强制隔离戒毒", "社区康复"
EXPIRED, EARLY, REVOKED = "期满", "提前解除", "撤销"
# Support is given, and meetings are counted up, quarter by quarter of a treatment.
QUARTER_DAYS = 91
OTHER_OFFENCES = ("盗窃罪", "故意伤害罪", "诈骗罪", "抢劫罪")


@dataclass(slots=True)
class Registration:
    """A row of the register of drug users. A person detected in two counties has two.

    `code` is the county code the register shows, `county` the same county today. `statuses` are (since, status)
    in order of time; only the last differs from `CURRENT`.
    """

    person: Person
    number: str
    county: str
    code: str
    detected: date
    drug: str
    statuses: list[tuple[date, str]]


@dataclass(slots=True)
class Detection:
    """The police found that somebody uses a drug. `order` is the treatment they decided on, if any."""

    person: Person
    county: str
    day: date
    drug: str
    order: Order | None = None


@dataclass(slots=True)
class Order:
    """A decision on community (3 years), compulsory (2 years) or, after it, community rehabilitation treatment.

    `case_id` is the chain of treatment it belongs to; `preceding` the order it follows.
    """

    person: Person
    case_id: str
    number: str
    kind: str
    county: str
    execution: str
    decided: date
    months: int
    detected: date | None = None
    served: date | None = None
    reported: date | None = None
    ended: date | None = None
    end_reason: str = ""
    preceding: Order | None = None


@dataclass(slots=True)
class CommunityTreatment:
    """An agreement somebody made on reporting; `lost` and `regained` when contact was."""

    order: Order
    number: str
    reported: date
    lost: date | None = None
    regained: date | None = None
    measure: str = ""
    notice: date | None = None

    def is_lost(self, day: date) -> bool:
        """Whether nobody knows on a day where the person is."""
        return self.lost is not None and self.lost <= day and (self.regained is None or day < self.regained)

    def quarters(self, day: date) -> int:
        """Whole quarters of it up to a day."""
        until = day if self.order.ended is None else min(self.order.ended, day)
        return (until - self.reported).days // QUARTER_DAYS

    def support(self, day: date) -> str:
        """What support was given up to a day: none in the first quarter."""
        return self.measure if self.quarters(day) else ""


@dataclass(slots=True)
class DrugTest:
    """A test that was made (`tested`), refused or missed; `due` where a treatment asks for it."""

    person: Person
    number: str
    order: Order | None
    occasion: str
    county: str
    due: date | None
    tested: date | None
    result: str
    drug: str = ""

    @property
    def day(self) -> date:
        """When it was made, or else was to be made."""
        day = self.tested or self.due
        assert day is not None, "a test is due, made or both"
        return day


@dataclass(slots=True)
class Seizure:
    """Drugs found in a case; `amount` in the measure of the drug, `net` grams as weighed, once a laboratory has."""

    case: Case
    number: str
    seized: date
    county: str
    drug: str
    amount: float
    measure: str
    examined: date | None = None
    found: bool = True
    net: float | None = None


@dataclass(slots=True)
class Custody:
    """A stay in a facility of the police, or a refusal to take somebody in; `entry` is the day of either.

    `grounds` are (since, ground) in order of time. `order` or `case` is what the person is held for.
    """

    person: Person
    number: str
    kind: str
    facility: str
    county: str
    entry: date
    grounds: list[tuple[date, str]]
    order: Order | None = None
    case: Case | None = None
    refusal_reason: str = ""
    released: date | None = None
    destination: str = ""
    judgment_number: str = ""
    sentenced: date | None = None
    transfer_number: str = ""

    @property
    def refused(self) -> bool:
        """Whether the facility did not take the person."""
        return bool(self.refusal_reason)

    @property
    def case_id(self) -> str | None:
        """The true case: that of the order or of the police."""
        return self.order.case_id if self.order else self.case.case_id if self.case else None


@dataclass(slots=True)
class RehabFacility:
    """A facility for compulsory treatment of the police or the justice system."""

    code: str
    name: str
    operated_by: str
    county: str
    beds: int


@dataclass(slots=True)
class RehabEpisode:
    """A stay in a facility of the justice system; a second one of an order follows a sentence.

    `terms` are (since, end of the term) in order of time.
    """

    order: Order
    number: str
    facility: RehabFacility
    admitted: date
    terms: list[tuple[date, date]]
    assessed: date | None = None
    passed: bool = True
    extended_months: int | None = None
    early: date | None = None
    escaped: date | None = None
    recaptured: date | None = None
    notice: date | None = None
    ended: date | None = None
    destination: str = ""


@dataclass(slots=True)
class TransferRequest:
    """The police asked the justice system to take over somebody they hold."""

    order: Order
    number: str
    county: str
    requested: date
    answered: date | None
    refusal_reason: str = ""
    # When the person was brought over, and the number of that transfer.
    moved: date | None = None
    transfer_number: str = ""


@dataclass(slots=True)
class RehabMonth:
    """What a facility for compulsory treatment reports for a month that ends on `last`."""

    facility: RehabFacility
    last: date
    beds: int
    occupied: int
    voluntary_admitted: int
    voluntary_total: int


@dataclass(slots=True)
class Case:
    """A criminal case of the police. Dates after the last known day have not happened."""

    case_id: str
    number: str
    filing_number: str
    type_code: str
    county: str
    filed: date
    solved: date | None = None
    suspects: list[Suspect] = field(default_factory=list)
    indicted: date | None = None
    indictment_number: str = ""
    # Of a case that began at a checkpoint or an airport: the handover. Of one that began in a venue: the lead.
    handover_number: str = ""
    lead_number: str = ""


@dataclass(slots=True)
class Suspect:
    """A person in a case."""

    person: Person
    case: Case
    number: str
    arrested: date
    detained: date | None
    arrest_region: str
    approved: date | None = None
    charged: bool = False
    # Of an indictment of their own, where they were not charged with the others.
    severed_indictment: str = ""

    @property
    def indictment_number(self) -> str:
        """The indictment that charges the suspect, if one does."""
        return self.severed_indictment or self.case.indictment_number


@dataclass(slots=True)
class Judgment:
    """A judgment on one defendant, of first or second instance."""

    person: Person
    case: Case
    number: str
    seq: int
    court: str
    instance: str
    offence: str
    judged: date
    penalty: str
    months: int | None
    suspended: bool
    effective: date | None
    # A trial that stood still for some time.
    stay: tuple[date, date] | None = None
    recidivist: bool = False
    drug_recidivist: bool = False
    procedure: str = "普通程序"
    received: date | None = None
    # Of a judgment of second instance: the number of the first.
    first_number: str = ""

    @property
    def indictment_number(self) -> str:
        """The indictment it answers."""
        return next(s.indictment_number for s in self.case.suspects if s.person is self.person)


@dataclass(frozen=True)
class CaseEvent:
    """One step by which cases were joined (并案) or one was severed (分案).

    Of a joinder: a document that was joined with others into `to_document`. Of a severance: `to_document` is one of
    those that came out of `from_document`.
    """

    case_id: str
    event: str
    day: date
    from_document: str
    to_document: str


@dataclass(slots=True)
class Charge:
    """A suspect's file at the procuratorate, from the request for an arrest to the decision about the charge.

    Dates may lie after the last known day. `decision` is `APPROVED`, `NOT_APPROVED` or empty, `outcome` `CHARGED`,
    `NOT_CHARGED` or empty.
    """

    suspect: Suspect
    number: str
    offence: str
    requested: date | None = None
    decision: str = ""
    decided: date | None = None
    received: date | None = None
    returned: int = 0
    outcome: str = ""
    concluded: date | None = None

    @property
    def begun(self) -> date:
        """The day the procuratorate first had the file."""
        return min(day for day in (self.requested, self.received) if day is not None)


@dataclass(slots=True)
class Sentence:
    """A final sentence of imprisonment that is to be carried out in a prison, and what became of it."""

    judgment: Judgment
    effective: date
    held: date | None = None
    notice_number: str = ""
    # Since when it lawfully is served outside prison.
    outside: date | None = None

    @property
    def due(self) -> date:
        """When the person must be in prison: papers in 10 days (刑诉法 264), delivery in a month (监狱法 15)."""
        return months_later(self.effective + timedelta(days=10), 1)

    @property
    def settled(self) -> date | None:
        """The day it was begun, in prison or lawfully outside."""
        return min((day for day in (self.held, self.outside) if day is not None), default=None)


@dataclass(frozen=True)
class Prison:
    """A prison, under an invented name."""

    name: str
    county: str
    for_women: bool = False


@dataclass(slots=True)
class Admission:
    """An attempt to bring somebody into a prison: admitted, or refused on that day."""

    person: Person
    case_id: str
    number: str
    prison: Prison
    judgment_number: str
    offence: str
    attempted: date
    refused: bool
    released: date | None
    notice_number: str = ""
    refusal_reason: str = ""
    # Of somebody refused who was sent to a special-care centre instead: the number of the transfer.
    transfer_number: str = ""


@dataclass(slots=True)
class Facility:
    """A treatment facility; `beds` are (since, beds) in order of time."""

    code: str
    name: str
    kind: str
    county: str
    beds: list[tuple[date, int]]

    def beds_at(self, day: date) -> int | None:
        """Beds on a day; None before it opened."""
        found = [beds for since, beds in self.beds if since <= day]
        return found[-1] if found else None


@dataclass(slots=True)
class FacilityMonth:
    """What a facility reports for a month that ends on `last`."""

    facility: Facility
    last: date
    beds: int
    treated: int
    enrolled: int
    dropped: int
    coverage: str


@dataclass(slots=True)
class CentreEpisode:
    """A stay in a special-care centre."""

    person: Person
    case_id: str
    number: str
    transfer_number: str
    facility: Facility
    admitted: date
    discharged: date | None


@dataclass(slots=True)
class Execution:
    """The papers of a judgment of first instance that took effect, on their way to `receiving`.

    `sentence` is the term in prison, if it is one; `outside` the decision about serving it outside prison, if any;
    `not_held_reason` why the person is still in no prison on `reason_on`. Dates may lie after the last known day.
    """

    judgment: Judgment
    effective: date
    notice_number: str
    receiving: str
    sentence: Sentence | None = None
    delivered: date | None = None
    outside: str = ""
    outside_on: date | None = None
    not_held_reason: str = ""
    reason_on: date | None = None


@dataclass(slots=True)
class Supervision:
    """A sentence served in the community from `began` on; `received` is None while nobody took the person over."""

    execution: Execution
    category: str
    began: date
    county: str
    number: str
    received: date | None
    lifted: date


@dataclass(slots=True)
class Certificate:
    """A designated hospital's certificate whether somebody is too ill for prison."""

    judgment: Judgment
    number: str
    facility: Facility
    issued: date
    fits: bool


@dataclass(slots=True)
class Checkpoint:
    """A road checkpoint."""

    code: str
    name: str
    kind: str
    route: str
    county: str
    opened: date
    closed: date | None

    def is_open(self, day: date) -> bool:
        """Whether it works on a day."""
        return self.opened <= day and (self.closed is None or day < self.closed)


@dataclass(slots=True)
class CheckpointDay:
    """Traffic of a checkpoint on a day."""

    checkpoint: Checkpoint
    day: date
    passed: int
    inspected: int
    seizures: int


@dataclass(slots=True)
class Handover:
    """A person seized at a checkpoint with drugs and handed over to the police.

    `amount` is in grams, millilitres, plants or pieces, as `measure` says. `case` is the case the police
    filed against the person.
    """

    person: Person
    number: str
    seq: int
    checkpoint: Checkpoint
    seized: date
    handed: date
    drug: str
    amount: float
    measure: str
    receiving: str
    case: Case | None = None
    # The true case: that of the police, or one of its own while they filed none.
    case_id: str = ""


@dataclass(slots=True)
class PostalMonth:
    """What a site of the post or a courier reports for a month that ends on `last`."""

    site: str
    county: str
    last: date
    collected: int
    real_name: int
    inspected: int
    scanned: int


@dataclass(slots=True)
class Interception:
    """A parcel with drugs stopped at an airport; `traced` is None while nobody found out who sent it.

    `given_up` is the day the search for the sender ended without result; `case` what the police made of it.
    """

    number: str
    waybill_hash: str
    county: str
    day: date
    traced: date | None = None
    given_up: date | None = None
    handover_number: str = ""
    case: Case | None = None


@dataclass(slots=True)
class Inspection:
    """An inspection of a venue, and the lead it sent to the police, if any."""

    number: str
    venue: Venue
    day: date
    result: str
    lead_number: str = ""
    lead_sent: date | None = None
    case: Case | None = None


@dataclass(frozen=True)
class Venue:
    """A place of entertainment."""

    credit_code: str
    kind: str
    county: str


@dataclass(frozen=True)
class Licence:
    """A licence to make, trade, buy or carry precursors of one class; `end` is None where it is open."""

    credit_code: str
    number: str
    county: str
    kind: str
    precursor_class: str
    start: date
    end: date | None
    is_key: bool

    def valid_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(slots=True)
class LicenceMonth:
    """What is reported of a licence for a month that ends on `last`."""

    licence: Licence
    last: date
    inspections: int


@dataclass(slots=True)
class Sale:
    """A sale of a precursor in kilograms, and when it was filed, if it was."""

    number: str
    licence: Licence
    buyer_code: str
    precursor: str
    kilograms: float
    day: date
    filed: date | None


@dataclass(slots=True)
class Submission:
    """A value an anti-drug office signed for its division and a period that ends on `last`."""

    region: str
    period_id: str
    last: date
    item: str
    value: float
    signed_by: str
    office: str
    signed: date


@dataclass
class Lives:
    """Everything that happened in the province."""

    people: list[Person] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
    detections: list[Detection] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    community: list[CommunityTreatment] = field(default_factory=list)
    drug_tests: list[DrugTest] = field(default_factory=list)
    seizures: list[Seizure] = field(default_factory=list)
    custodies: list[Custody] = field(default_factory=list)
    rehab_facilities: list[RehabFacility] = field(default_factory=list)
    rehab_episodes: list[RehabEpisode] = field(default_factory=list)
    transfer_requests: list[TransferRequest] = field(default_factory=list)
    rehab_months: list[RehabMonth] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    case_events: list[CaseEvent] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    judgments: list[Judgment] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    admissions: list[Admission] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)
    supervisions: list[Supervision] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    facilities: list[Facility] = field(default_factory=list)
    facility_months: list[FacilityMonth] = field(default_factory=list)
    centre_episodes: list[CentreEpisode] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    checkpoint_days: list[CheckpointDay] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)
    interceptions: list[Interception] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)
    postal_months: list[PostalMonth] = field(default_factory=list)
    licence_months: list[LicenceMonth] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
