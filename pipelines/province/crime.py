"""Criminal cases: seizure at a checkpoint, arrest, indictment, judgment, prison or not, release."""

from __future__ import annotations

import random
from datetime import date, timedelta

from pipelines.province.centres import place_in_centre
from pipelines.province.days import END, START, completed_years, months_later
from pipelines.province.documents import Documents
from pipelines.province.institutions import PRISONS
from pipelines.province.lives import (
    ACQUITTED,
    DRUG_OFFENCES,
    FIRST,
    OTHER_OFFENCES,
    SECOND,
    Admission,
    Case,
    Checkpoint,
    Handover,
    Judgment,
    Lives,
    Prison,
    Sentence,
    Suspect,
)
from pipelines.province.people import Person
from pipelines.province.places import elsewhere, neighbours, places, prefecture_of, random_county
from pipelines.province.substances import carried_amount, carried_drug

# 060702 trafficking, 060703 illegal possession, 060706 providing a place, 060701 smuggling; six or eight digits.
_CASE_TYPES = ("060702", "060702", "06070102", "060703", "06070103", "060706", "060701", "06070106")
_YOUNGEST = 16
# Of 2,932 sentenced persons 145 were not admitted.
NOT_ADMITTED = 145 / 2932
# With this much left to serve somebody stays in the detention centre (刑事诉讼法 264).
STAYS_MONTHS = 3
_REFUSALS = ("医疗", "手续不全", "容量不足", "其他")
_LIFE, _DEATH_SUSPENDED, _FIXED = "无期徒刑", "死缓", "有期徒刑"
PRISON_PENALTIES = (_FIXED, _LIFE, _DEATH_SUSPENDED)


def _some_day(rng: random.Random) -> date:
    return START + timedelta(days=rng.randrange((END - START).days - 5))


class Courts:
    """Brings people from arrest to wherever it ends, one case after the other."""

    def __init__(self, rng: random.Random, lives: Lives, documents: Documents) -> None:
        self._rng = rng
        self._lives = lives
        self._documents = documents
        self._convicted: set[str] = set()

    def _case(self, county: str, filed: date, people: list[Person]) -> Case:
        """Open a case against people old enough for it."""
        rng = self._rng
        case = Case(
            f"K{len(self._lives.cases) + 1:07d}",
            self._documents.police_case(county, filed),
            self._documents.filing(county, filed),
            rng.choice(_CASE_TYPES),
            county,
            filed,
        )
        for person in people:
            arrested = filed + timedelta(days=max(0, int(rng.gauss(4, 8))))
            draw = rng.random()
            region = county if draw < 0.85 else rng.choice(neighbours(county))
            if draw > 0.985:
                region = rng.choice(elsewhere()).code
            detained = arrested + timedelta(days=rng.randrange(0, 2)) if rng.random() < 0.93 else None
            if arrested <= END:
                number = f"{len(case.suspects) + 1:02d}"
                case.suspects.append(Suspect(person, case, number, arrested, detained, region))
        if case.suspects:
            self._lives.cases.append(case)
            if rng.random() < 0.93:
                case.solved = max(s.arrested for s in case.suspects) + timedelta(days=rng.randrange(0, 25))
            self._charge(case)
        return case

    def arrest(self, people: list[Person], county: str) -> None:
        """A case the police opened by themselves."""
        filed = _some_day(self._rng)
        old_enough = [person for person in people if completed_years(person.birth, filed) >= _YOUNGEST]
        if old_enough:
            self._case(county, filed, old_enough)

    def seize(self, people: list[Person], checkpoints: list[Checkpoint]) -> None:
        """A seizure at a checkpoint: handed over to the police, who file a case nearly always and mostly in time."""
        rng = self._rng
        seized = _some_day(rng)
        people = [person for person in people if completed_years(person.birth, seized) >= _YOUNGEST]
        working = [checkpoint for checkpoint in checkpoints if checkpoint.is_open(seized)]
        if not people or not working:
            return
        checkpoint = rng.choice(working)
        number = self._documents.handover(seized)
        handed = min(seized + timedelta(days=rng.randrange(0, 3)), END)
        receiving = f"{places()[checkpoint.county].name}公安局"
        made = []
        for seq, person in enumerate(people, 1):
            drug = carried_drug(rng)
            amount = carried_amount(rng, drug)
            made.append(
                Handover(person, number, seq, checkpoint, seized, handed, drug.name, amount, drug.measure, receiving)
            )
        for handover in made:
            handover.case_id = made[0].case_id or f"S{len(self._lives.handovers) + 1:07d}"
            self._lives.handovers.append(handover)
        draw = rng.random()
        if draw < 0.04:
            return
        filed = handed + timedelta(days=rng.randrange(31, 90) if draw < 0.1 else rng.randrange(0, 28))
        if filed <= END:
            case = self._case(checkpoint.county, filed, people)
            if case.suspects:
                case.handover_number = number
                for handover in made:
                    handover.case = case if any(s.person is handover.person for s in case.suspects) else None
                    handover.case_id = case.case_id

    def _charge(self, case: Case) -> None:
        """Approval of arrest and indictment; some are never charged."""
        rng = self._rng
        for suspect in case.suspects:
            suspect.charged = rng.random() < 0.86
            if rng.random() < 0.85:
                suspect.approved = suspect.arrested + timedelta(days=rng.randrange(7, 37))
        if case.solved is None or not any(suspect.charged for suspect in case.suspects):
            return
        indicted = max(suspect.arrested for suspect in case.suspects) + timedelta(days=rng.randrange(50, 180))
        if indicted <= END:
            case.indicted = indicted
            case.indictment_number = self._documents.indictment(case.county, indicted)
            self._try(case, indicted)

    def _try(self, case: Case, indicted: date) -> None:
        """First instance, and second where somebody appeals."""
        rng = self._rng
        court = prefecture_of(case.county) if rng.random() < 0.06 else case.county
        judged = indicted + timedelta(days=rng.randrange(15, 110))
        if judged > END:
            return
        number = self._documents.court_case(court, indicted)
        offence = rng.choices(DRUG_OFFENCES, weights=(58, 16, 20, 3, 1, 2))[0]
        first = [
            self._verdict(case, suspect, number, seq, court, offence, judged)
            for seq, suspect in enumerate((s for s in case.suspects if s.charged), 1)
        ]
        appellants = [verdict for verdict in first if verdict.penalty != ACQUITTED and rng.random() < 0.1]
        second = self._appeal(case, appellants, judged) if appellants else []
        for verdict in first:
            final = next((later for later in second if later.person is verdict.person), verdict)
            if appellants:
                verdict.effective = second[0].judged if second else None
            else:
                effective = judged + timedelta(days=rng.randrange(11, 15))
                verdict.effective = effective if effective <= END else None
            self._lives.judgments.append(verdict)
            if verdict.effective:
                self._carry_out(final, verdict, verdict.effective)
        self._lives.judgments += second

    def _verdict(
        self, case: Case, suspect: Suspect, number: str, seq: int, court: str, offence: str, judged: date
    ) -> Judgment:
        rng = self._rng
        indicted = case.indicted or judged
        procedure = "普通程序" if (judged - indicted).days > 45 else rng.choice(("普通程序", "简易程序", "速裁程序"))
        penalty = rng.choices(
            (_FIXED, "拘役", "管制", "单处罚金", "免予刑事处罚", ACQUITTED, _LIFE, _DEATH_SUSPENDED, "死刑"),
            weights=(860, 70, 12, 12, 5, 4, 22, 10, 5),
        )[0]
        months = {_FIXED: min(300, 6 + int(rng.lognormvariate(3.1, 0.9))), "拘役": rng.randrange(1, 7)}.get(penalty)
        suspended = months is not None and months <= 36 and rng.random() < 0.16
        repeats = suspect.person.person_id in self._convicted
        stay = None
        if rng.random() < 0.004 and (judged - indicted).days > 12:
            stay = (indicted + timedelta(days=5), judged - timedelta(days=rng.randrange(1, 5)))
        return Judgment(
            suspect.person, case, number, seq, court, FIRST, offence, judged, penalty, months, suspended, None,
            stay=stay, recidivist=repeats or rng.random() < 0.1, drug_recidivist=repeats or rng.random() < 0.06,
            procedure=procedure, received=indicted,
        )  # fmt: skip

    def _appeal(self, case: Case, appellants: list[Judgment], judged: date) -> list[Judgment]:
        """Judgments of second instance; empty while it is not decided."""
        rng = self._rng
        decided = judged + timedelta(days=rng.randrange(40, 130))
        if decided > END:
            return []
        court = prefecture_of(case.county)
        number = self._documents.court_case(court, judged + timedelta(days=15), second=True)
        made = []
        for seq, first in enumerate(appellants, 1):
            months = first.months
            if months is not None and months > 8 and rng.random() < 0.2:
                months -= rng.randrange(1, 3)
            made.append(
                Judgment(
                    first.person, case, number, seq, court, SECOND, first.offence, decided, first.penalty, months,
                    first.suspended, decided, recidivist=first.recidivist, drug_recidivist=first.drug_recidivist,
                    received=judged + timedelta(days=15), first_number=first.number,
                )
            )  # fmt: skip
        return made

    def _carry_out(self, final: Judgment, first: Judgment, effective: date) -> None:
        """A final sentence of imprisonment: to prison, refused there, or nowhere at all."""
        rng = self._rng
        if final.penalty not in PRISON_PENALTIES or final.suspended:
            return
        self._convicted.add(final.person.person_id)
        suspect = next(s for s in final.case.suspects if s.person is final.person)
        ends = months_later(suspect.detained or effective, final.months) if final.months is not None else None
        if ends is not None and ends <= months_later(effective, STAYS_MONTHS):
            return
        notice = self._documents.execution_notice(first.court, effective)
        sentence = Sentence(final, effective, notice_number=notice)
        self._lives.sentences.append(sentence)
        late = rng.random() < 0.07
        day = effective + timedelta(days=rng.randrange(45, 120) if late else rng.randrange(4, 36))
        number = final.number if rng.random() < 0.3 else first.number
        refused = rng.random() < NOT_ADMITTED
        if day > END or (refused and rng.random() < 0.5):
            return
        released = ends if ends is not None and ends <= END else None
        admission = self._admit(final.person, final.case.case_id, number, final.offence, day)
        admission.notice_number = notice
        if not refused:
            admission.released, sentence.held = released, day
            return
        admission.refused = True
        admission.refusal_reason = rng.choices(_REFUSALS, weights=(60, 15, 15, 10))[0]
        if rng.random() < 0.6:
            case = final.case
            admission.transfer_number = place_in_centre(
                rng, self._lives, self._documents, final.person, case.case_id, case.county, day
            )

    def _admit(self, person: Person, case_id: str, judgment: str, offence: str, day: date) -> Admission:
        prison = self._prison(person)
        number = self._documents.prisoner(day)
        admission = Admission(person, case_id, number, prison, judgment, offence, day, False, None)
        self._lives.admissions.append(admission)
        return admission

    def _prison(self, person: Person) -> Prison:
        fitting = [prison for prison in PRISONS if prison.for_women == (person.sex == "2")]
        return self._rng.choice(fitting)

    def imprison_for_another_offence(self, person: Person) -> None:
        """A user whom a court outside the drug divisions sent to prison; its judgment is in no export of ours."""
        rng = self._rng
        day = _some_day(rng)
        if completed_years(person.birth, day) < _YOUNGEST + 2:
            return
        court = random_county(rng)
        judgment = self._documents.court_case(court, day - timedelta(days=40))
        released = months_later(day, rng.randrange(4, 60))
        case_id = f"X{len(self._lives.admissions) + 1:07d}"
        offence = rng.choice(OTHER_OFFENCES)
        self._admit(person, case_id, judgment, offence, day).released = released if released <= END else None
