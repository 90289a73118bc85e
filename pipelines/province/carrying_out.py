"""Carrying out a judgment: the papers, certificates of hospitals, service outside prison, supervision, parole.

Limits: the papers go out within 10 days of the judgment's effect (刑事诉讼法 264); a designated hospital certifies
who is too ill for prison (265); who serves in the community reports within 10 days (社区矫正法 21); parole needs
half of the term served and excludes recidivists (刑法 81).
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from pipelines.province.days import END, months_later
from pipelines.province.documents import Documents
from pipelines.province.institutions import VOLUNTARY
from pipelines.province.lives import (
    FIRST,
    PAROLE,
    PROBATION,
    SERVED_OUTSIDE,
    SURVEILLANCE,
    Admission,
    Certificate,
    Execution,
    Judgment,
    Lives,
    Sentence,
    Supervision,
)

# Penalties somebody other than the court carries out.
_CARRIED_OUT = ("有期徒刑", "拘役", "管制", "无期徒刑", "死缓")
PRISON, DETENTION, COMMUNITY = "监狱", "看守所", "社区矫正机构"
OUTSIDE, NOT_OUTSIDE = "决定暂予监外执行", "不予暂予监外执行"
_REASONS = ("看守所拒收", "吞食异物", "无指定医院证明", "中止审理", "在逃", "其他")
_PAROLED, _EXAMINED, _ILL_BEFORE = 0.15, 0.03, 0.3


def _lag(rng: random.Random, *, never: float) -> int | None:
    """Days a step with a limit of ten takes; None when it is never taken."""
    draw = rng.random()
    if draw < never:
        return None
    return rng.randrange(11, 40) if draw < never + 0.04 else rng.randrange(1, 11)


class Executors:
    """Carries out every judgment that took effect."""

    def __init__(self, rng: random.Random, lives: Lives, documents: Documents) -> None:
        self._rng = rng
        self._lives = lives
        self._documents = documents
        self._sentences: dict[tuple[str, str], Sentence] = {
            (sentence.judgment.case.case_id, sentence.judgment.person.person_id): sentence
            for sentence in lives.sentences
        }
        self._attempts: dict[str, Admission] = {a.notice_number: a for a in lives.admissions if a.notice_number}

    def carry_out(self, first: Judgment, effective: date) -> None:
        """Send the papers of a judgment; everything else follows from who receives them."""
        sentence = self._sentences.get((first.case.case_id, first.person.person_id))
        is_free = first.suspended or first.penalty == "管制"
        receiving = PRISON if sentence else COMMUNITY if is_free else DETENTION
        notice = sentence.notice_number if sentence else self._documents.execution_notice(first.court, effective)
        execution = Execution(first, effective, notice, receiving, sentence)
        attempt = self._attempts.get(notice)
        lag = _lag(self._rng, never=0.0 if attempt else 0.02)
        if lag is not None:
            delivered = effective + timedelta(days=lag)
            execution.delivered = min(delivered, attempt.attempted) if attempt else delivered
        self._lives.executions.append(execution)
        if sentence is not None:
            self._serve(execution, sentence, attempt)
        elif is_free:
            self._supervise(execution, PROBATION if first.suspended else SURVEILLANCE, effective)

    def _serve(self, execution: Execution, sentence: Sentence, attempt: Admission | None) -> None:
        """A term in prison: examined before or after it, served outside, refused, or ended on parole."""
        rng = self._rng
        if sentence.held is not None and attempt is not None:
            if rng.random() < _EXAMINED:
                days = (sentence.held - sentence.effective).days
                self._examine(execution, sentence.held - timedelta(days=rng.randrange(1, days)), fits=False)
            elif rng.random() < _PAROLED:
                self._parole(execution, sentence, attempt)
            return
        if attempt is not None and attempt.refusal_reason == "医疗":
            self._examine(execution, attempt.attempted + timedelta(days=rng.randrange(5, 20)), fits=rng.random() < 0.6)
        elif attempt is None and rng.random() < _ILL_BEFORE:
            self._examine(execution, sentence.effective + timedelta(days=rng.randrange(3, 15)), fits=rng.random() < 0.5)
        if sentence.outside is None and sentence.due < END:
            execution.not_held_reason, execution.reason_on = rng.choice(_REASONS), sentence.due

    def _examine(self, execution: Execution, day: date, *, fits: bool) -> None:
        """A hospital certifies whether somebody is too ill for prison, and it is decided accordingly."""
        rng, sentence = self._rng, execution.sentence
        decided = day + timedelta(days=rng.randrange(1, 15))
        if day > END or sentence is None:
            return
        hospital = rng.choice([f for f in self._lives.facilities if f.kind == VOLUNTARY])
        number = self._documents.certificate(day)
        self._lives.certificates.append(Certificate(execution.judgment, number, hospital, day, fits))
        if decided > END:
            return
        execution.outside, execution.outside_on = OUTSIDE if fits else NOT_OUTSIDE, decided
        if fits:
            sentence.outside = decided
            self._supervise(execution, SERVED_OUTSIDE, decided)

    def _parole(self, execution: Execution, sentence: Sentence, admission: Admission) -> None:
        """Release before the end of the term."""
        rng, final = self._rng, sentence.judgment
        months, held = final.months, sentence.held
        if months is None or months < 12 or final.recidivist or held is None:
            return
        ends = months_later(held, months)
        day = held + timedelta(days=int((ends - held).days * rng.uniform(0.55, 0.85)))
        if day < END - timedelta(days=60) and (admission.released is None or day < admission.released):
            admission.released = day
            self._supervise(execution, PAROLE, day, ends)

    def _supervise(self, execution: Execution, category: str, began: date, ends: date | None = None) -> None:
        """Supervision in the community up to `ends`, by default for the term; only who is on parole is never lost."""
        rng, judgment = self._rng, execution.judgment
        lag = _lag(rng, never=0.0 if category == PAROLE else 0.03)
        received = None if lag is None else began + timedelta(days=lag)
        known = received is not None and received <= END
        months = max(judgment.months or rng.randrange(6, 25), 2)
        self._lives.supervisions.append(
            Supervision(
                execution,
                category,
                began,
                judgment.person.home_at(began),
                self._documents.supervision(received) if received is not None and known else "",
                received if known else None,
                ends or months_later(began, months + 1),
            )
        )


def carry_out(rng: random.Random, lives: Lives, documents: Documents) -> None:
    """Carry out every judgment of first instance that took effect, as it stands after an appeal."""
    executors = Executors(rng, lives, documents)
    for judgment in lives.judgments:
        if judgment.instance == FIRST and judgment.effective is not None and judgment.penalty in _CARRIED_OUT:
            executors.carry_out(judgment, judgment.effective)
