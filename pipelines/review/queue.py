"""What waits for a clerk, the pair whose decision matters most first."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from pipelines.link.clerk import Linkage
from pipelines.settings import settings
from pipelines.store import fingerprint, read_json

_REFERENCE = re.compile(r"ref\(\s*['\"](\w+)['\"]\s*\)")
_CALL = re.compile(r"\b(?:records|with_persons)\(\s*['\"](\w+)['\"]\s*\)")


@dataclass(frozen=True)
class Pair:
    """Two records a clerk is to look at: the doubt, rows and figures a decision touches, how much it matters."""

    pair_id: str
    kind: str
    left_record: str
    right_record: str
    rows: int
    figures: tuple[str, ...]
    probability: float | None
    importance: float


@lru_cache(maxsize=4)
def figures_by_dataset(warehouse: Path) -> dict[str, frozenset[str]]:
    """Which figures are made of which dataset, read from the references between the models of the dbt project."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (warehouse / "models").rglob("*.sql")}
    found: dict[str, set[str]] = defaultdict(set)
    for name in texts:
        if not name.startswith("indicator_r"):
            continue
        seen, waiting = set[str](), [name]
        while waiting:
            model = waiting.pop()
            if model in seen or model not in texts:
                continue
            seen.add(model)
            waiting += _REFERENCE.findall(texts[model])
            for dataset in _CALL.findall(texts[model]):
                found[dataset].add(name.removeprefix("indicator_r").lstrip("0"))
    return {dataset: frozenset(f"R{number}" for number in numbers) for dataset, numbers in found.items()}


def uncertainty(probability: float | None) -> float:
    """1 where both answers are as likely, 0 where one is certain; a conflict over a number has no probability: 1."""
    return 1.0 if probability is None or pd.isna(probability) else 1.0 - abs(2.0 * probability - 1.0)


def importance(rows: int, probability: float | None, figures: int) -> float:
    """Rows × uncertainty × figures touched; a doubt of little uncertainty still counts a hundredth."""
    return round(rows * max(uncertainty(probability), 0.01) * (1 + figures), 4)


def queue(linkage: Linkage) -> list[Pair]:
    """Open doubts of the current identities, about persons and cases, that nobody answered, the weightiest first.

    Raises FileNotFoundError before the first link.
    """
    current = read_json(linkage.store.identity / "current.json")
    if not current:
        raise FileNotFoundError("there are no identities yet; run `huiliu run`")
    mentions = pd.read_parquet(current["mention"])
    mentions["record"] = mentions["dataset"] + "/" + mentions["record_key"]
    pairs = _person_pairs(mentions, pd.read_parquet(current["review"]))
    pairs += _case_pairs(mentions, pd.read_parquet(current["case_review"]))
    answered = {row.pair_id for row in linkage.ledger.casework.answers()}
    waiting = [pair for pair in pairs if pair.pair_id not in answered]
    return sorted(waiting, key=lambda one: (-one.importance, one.pair_id))


def _person_pairs(mentions: pd.DataFrame, review: pd.DataFrame) -> list[Pair]:
    of_profile = mentions.groupby("profile_id").agg(record=("record", "min"), person_id=("person_id", "first"))
    of_person = mentions.groupby("person_id").agg(rows=("record", "size"), datasets=("dataset", "unique"))
    pairs = []
    for doubt in review.itertuples(index=False):
        left, right = of_profile.loc[doubt.left_profile], of_profile.loc[doubt.right_profile]
        people = of_person.loc[sorted({left["person_id"], right["person_id"]})]
        known = None if pd.isna(doubt.match_probability) else float(doubt.match_probability)
        name = pair_id(left["record"], right["record"])
        pairs.append(_pair(name, doubt.kind, (left["record"], right["record"]), people, known))
    return pairs


def _case_pairs(mentions: pd.DataFrame, review: pd.DataFrame) -> list[Pair]:
    """Doubts whether two records are steps of one case. A record that is in no case stands for itself."""
    case = mentions["case_id"].where(mentions["case_id"].notna(), mentions["record"])
    of_case = mentions.groupby(case).agg(rows=("record", "size"), datasets=("dataset", "unique"))
    case_of = dict(zip(mentions["record"], case, strict=True))
    pairs = []
    for doubt in review.itertuples(index=False):
        left = f"{doubt.earlier_dataset}/{doubt.earlier_record_key}"
        right = f"{doubt.later_dataset}/{doubt.later_record_key}"
        touched = of_case.loc[sorted({case_of[left], case_of[right]})]
        pairs.append(_pair(case_pair_id(left, right), f"case_{doubt.rule}", (left, right), touched, None))
    return pairs


def _pair(name: str, kind: str, records: tuple[str, str], touched: pd.DataFrame, probability: float | None) -> Pair:
    """A pair with how much it matters; `touched` are the persons or cases of both records (rows, datasets)."""
    touches = figures_by_dataset(settings().warehouse)
    figures = sorted({one for names in touched["datasets"] for name in names for one in touches.get(name, ())})
    rows = int(touched["rows"].sum())
    weight = importance(rows, probability, len(figures))
    return Pair(name, kind, *records, rows, tuple(figures), probability, weight)


def pair_id(left_record: str, right_record: str) -> str:
    """The name of a pair of records that may be one person, whichever comes first."""
    return "q" + fingerprint(sorted([left_record, right_record]))[:12]


def case_pair_id(left_record: str, right_record: str) -> str:
    """The name of a pair of records that may be of one case: the same two may be a doubt about persons as well."""
    return "k" + fingerprint(sorted([left_record, right_record]))[:12]


def is_about_case(wanted: str) -> bool:
    """Whether the name of a pair is that of a doubt about cases."""
    return wanted.startswith("k")
