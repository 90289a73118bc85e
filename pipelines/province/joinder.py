"""Cases joined and severed on their way (并案, 分案): several filings in one indictment or trial, or one in several.

A procuratorate or court may join cases that belong together and hear apart what was filed together (六机关规定 3;
刑诉法解释 220). Only documents tell of it: who is charged, tried and sentenced, when and where, stays as it was lived.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from pipelines.province.documents import Documents
from pipelines.province.lives import SECOND, Admission, Case, CaseEvent, Custody, Judgment, Lives, Suspect

JOINDER, SEVERANCE = "joinder", "severance"
# Shares of the cases that could be; and of those, the share in which it is the court that joins or severs.
_JOINED, _SEVERED, _AT_COURT = 0.06, 0.06, 0.4


class Recombiner:
    """Gives suspects of a case documents of their own."""

    def __init__(self, rng: random.Random, lives: Lives, documents: Documents) -> None:
        self._rng = rng
        self._lives = lives
        self._documents = documents
        # By true case, those of first instance before those of second.
        self._judgments: dict[str, list[Judgment]] = defaultdict(list)
        self._custodies: dict[str, list[Custody]] = defaultdict(list)
        self._admissions: dict[str, list[Admission]] = defaultdict(list)
        for judgment in lives.judgments:
            self._judgments[judgment.case.case_id].append(judgment)
        for custody in lives.custodies:
            if custody.case is not None:
                self._custodies[custody.case.case_id].append(custody)
        for admission in lives.admissions:
            self._admissions[admission.case_id].append(admission)

    def join(self, case: Case) -> Case | None:
        """Let the last suspects of a case have been filed by themselves and joined to the others later."""
        rng, indicted = self._rng, case.indicted
        place = rng.randrange(1, len(case.suspects))
        first, later = case.suspects[:place], case.suspects[place:]
        if indicted is None or not (_any_charged(first) and _any_charged(later)):
            return None
        filed = case.filed + timedelta(days=rng.randrange((min(s.arrested for s in later) - case.filed).days + 1))
        other = Case(
            case.case_id, self._documents.police_case(case.county, filed), self._documents.filing(case.county, filed),
            case.type_code, case.county, filed, case.solved, later, indicted, case.indictment_number,
        )  # fmt: skip
        case.suspects = first
        judgments = self._move(case.case_id, other)
        if judgments and rng.random() < _AT_COURT:
            other.indictment_number = self._documents.indictment(case.county, indicted)
            came = [case.indictment_number, other.indictment_number]
            self._note(case, JOINDER, indicted, came, [judgments[0].number])
        else:
            self._note(case, JOINDER, indicted, [case.filing_number, other.filing_number], [case.indictment_number])
        return other

    def _move(self, case_id: str, other: Case) -> list[Judgment]:
        """Bring the suspects of the other case, and what refers to them, to it; returns their judgments."""
        moved = {suspect.person.person_id for suspect in other.suspects}
        for seq, suspect in enumerate(other.suspects, 1):
            suspect.case, suspect.number = other, f"{seq:02d}"
        for custody in self._custodies[case_id]:
            if custody.person.person_id in moved:
                custody.case = other
        judgments = [one for one in self._judgments[case_id] if one.person.person_id in moved]
        for judgment in judgments:
            judgment.case = other
        return judgments

    def sever(self, case: Case) -> None:
        """Let the last of those charged have been charged, or only tried, apart from the others."""
        rng, indicted = self._rng, case.indicted
        charged = [suspect for suspect in case.suspects if suspect.charged]
        if indicted is None or len(charged) < 2:
            return
        apart = charged[rng.randrange(1, len(charged)) :]
        judgments = self._judgments[case.case_id]
        tried = judgments[0].number if judgments else ""
        renamed = self._try_apart(judgments, {suspect.person.person_id for suspect in apart}) if judgments else {}
        if judgments and rng.random() < _AT_COURT:
            self._note(case, SEVERANCE, indicted, [case.indictment_number], [tried, renamed[tried]])
            return
        number = self._documents.indictment(case.county, indicted)
        for suspect in apart:
            suspect.severed_indictment = number
        self._note(case, SEVERANCE, indicted, [case.filing_number], [case.indictment_number, number])

    def _try_apart(self, judgments: list[Judgment], apart: set[str]) -> dict[str, str]:
        """Give judgments on some people numbers of their own; returns the new number of each old one."""
        renamed: dict[str, str] = {}
        for judgment in judgments:
            if judgment.person.person_id in apart and judgment.number not in renamed:
                begun = judgment.received or judgment.judged
                number = self._documents.court_case(judgment.court, begun, second=judgment.instance == SECOND)
                renamed[judgment.number] = number
        seqs: dict[str, int] = defaultdict(int)
        for judgment in judgments:
            if judgment.person.person_id in apart:
                judgment.number = renamed[judgment.number]
                judgment.first_number = renamed.get(judgment.first_number, "")
            seqs[judgment.number] += 1
            judgment.seq = seqs[judgment.number]
        case_id = judgments[0].case.case_id
        for admission in self._admissions[case_id]:
            if admission.person.person_id in apart:
                admission.judgment_number = renamed[admission.judgment_number]
        for custody in self._custodies[case_id]:
            if custody.person.person_id in apart and custody.judgment_number:
                custody.judgment_number = renamed[custody.judgment_number]
        return renamed

    def _note(self, case: Case, event: str, day: date, came: Iterable[str], became: Iterable[str]) -> None:
        """Note an event for every document it came from and every one it became."""
        became = list(became)
        self._lives.case_events += [CaseEvent(case.case_id, event, day, one, other) for one in came for other in became]


def _any_charged(suspects: list[Suspect]) -> bool:
    return any(suspect.charged for suspect in suspects)


def recombine(rng: random.Random, lives: Lives, documents: Documents) -> None:
    """Join and sever a share of the cases several people were indicted in.

    Cases that began with a handover, a parcel or a lead stay one: those name a single case of the police.
    """
    recombiner = Recombiner(rng, lives, documents)
    cases = []
    for case in lives.cases:
        cases.append(case)
        draw = rng.random()
        if case.indicted is None or len(case.suspects) < 2 or case.handover_number or case.lead_number:
            continue
        if draw < _JOINED:
            other = recombiner.join(case)
            cases += [other] if other is not None else []
        elif draw < _JOINED + _SEVERED:
            recombiner.sever(case)
    lives.cases = cases
