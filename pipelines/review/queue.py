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
    """Open doubts of the current identities that nobody answered yet, the one that matters most first.

    Raises FileNotFoundError before the first link.
    """
    current = read_json(linkage.store.identity / "current.json")
    if not current:
        raise FileNotFoundError("there are no identities yet; run `huiliu run`")
    mentions, review = pd.read_parquet(current["mention"]), pd.read_parquet(current["review"])
    mentions["record"] = mentions["dataset"] + "/" + mentions["record_key"]
    of_profile = mentions.groupby("profile_id").agg(record=("record", "min"), person_id=("person_id", "first"))
    of_person = mentions.groupby("person_id").agg(rows=("record", "size"), datasets=("dataset", "unique"))
    touches = figures_by_dataset(settings().warehouse)
    answered = {row.pair_id for row in linkage.ledger.casework.answers()}
    pairs = []
    for doubt in review.itertuples(index=False):
        left, right = of_profile.loc[doubt.left_profile], of_profile.loc[doubt.right_profile]
        people = of_person.loc[sorted({left["person_id"], right["person_id"]})]
        figures = sorted({one for names in people["datasets"] for name in names for one in touches.get(name, ())})
        rows = int(people["rows"].sum())
        known = None if pd.isna(doubt.match_probability) else float(doubt.match_probability)
        pair = Pair(
            pair_id(left["record"], right["record"]),
            doubt.kind,
            left["record"],
            right["record"],
            rows,
            tuple(figures),
            known,
            importance(rows, known, len(figures)),
        )
        if pair.pair_id not in answered:
            pairs.append(pair)
    return sorted(pairs, key=lambda one: (-one.importance, one.pair_id))


def pair_id(left_record: str, right_record: str) -> str:
    """The name of a pair of records, whichever comes first."""
    return "q" + fingerprint(sorted([left_record, right_record]))[:12]
