"""What we correct ourselves: `expectations/corrections.yaml`, and `private/corrections.yaml` of an installation.

Each correction says which rows it is about (`match`), what their text should have been (`set`), why, and whether it
still applies. A spelling that any row may have belongs into a seed; a correction is about records known to be wrong,
so `match` must name them by a column besides those it sets: only then can be told when the agency has fixed it.
The file beside the contracts is public knowledge: it may name no column of the vault. The private one may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.contracts.model import Contract
from pipelines.settings import settings

FILE = "corrections.yaml"
KEYS = frozenset({"id", "dataset", "match", "set", "reason", "status"})
# `active` applies and is guarded; `fixed` applies to the deliveries that still have the error; `withdrawn` does not.
STATUSES = ("active", "fixed", "withdrawn")


class CorrectionError(ValueError):
    """A correction that cannot be applied; names the file, the correction and what to do."""


@dataclass(frozen=True)
class OwnCorrection:
    """One correction. `match` and `set` map our column names to text as the agency would write it."""

    correction_id: str
    dataset: str
    match: Mapping[str, str]
    set: Mapping[str, str]
    reason: str
    status: str
    file: Path

    @property
    def identity(self) -> dict[str, str]:
        """What names the rows whether they are wrong or fixed: the columns of `match` that are not set."""
        return {name: value for name, value in self.match.items() if name not in self.set}

    @property
    def content(self) -> list[object]:
        """What a judged delivery depends on; the reason and the guard change nothing in it."""
        return [self.correction_id, dict(self.match), dict(self.set)]


def _texts(item: dict[str, Any], key: str, where: str) -> dict[str, str]:
    """A mapping of text to text: an unquoted number or date would lose how it is written."""
    found = item[key]
    if not isinstance(found, dict) or not found:
        raise CorrectionError(f"{where}: {key} must map columns to text")
    wrong = [name for name, value in found.items() if not isinstance(value, str)]
    if wrong:
        raise CorrectionError(f"{where}: {key} of {', '.join(map(str, wrong))} is no text; put it in quotes")
    return {str(name): value for name, value in found.items()}


def _correction(item: Any, path: Path, place: int) -> OwnCorrection:
    where = f"{path.name} entry {place}"
    if not isinstance(item, dict) or set(item) != KEYS:
        raise CorrectionError(f"{where}: a correction has exactly the keys {', '.join(sorted(KEYS))}")
    where = f"{path.name} correction {item['id']}"
    if item["status"] not in STATUSES:
        raise CorrectionError(f"{where}: status is {item['status']!r}; use one of {', '.join(STATUSES)}")
    if not str(item["reason"] or "").strip():
        raise CorrectionError(f"{where}: say in `reason` how it is known what is right")
    match, values = _texts(item, "match", where), _texts(item, "set", where)
    made = OwnCorrection(
        str(item["id"]), str(item["dataset"]), match, values, str(item["reason"]), item["status"], path
    )
    if not made.identity:
        raise CorrectionError(
            f"{where}: `match` must name the rows by a column that `set` does not change; a spelling any row may "
            "have belongs into a seed of warehouse/seeds"
        )
    if all(match.get(name) == value for name, value in values.items()):
        raise CorrectionError(f"{where}: `set` changes nothing")
    return made


def read_corrections(path: Path) -> list[OwnCorrection]:
    """The corrections of one file, none when it is absent. Raises CorrectionError."""
    if not path.exists():
        return []
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    items = document.get("corrections") if isinstance(document, dict) and len(document) == 1 else None
    if not isinstance(items, list):
        raise CorrectionError(f"{path.name}: its one key must be `corrections`, a list")
    return [_correction(item, path, place) for place, item in enumerate(items, start=1)]


def check_columns(correction: OwnCorrection, contract: Contract) -> None:
    """Raise CorrectionError when a correction names unknown columns, or in public columns of the vault."""
    where = f"{correction.file.name} correction {correction.correction_id}"
    by_name = {column.name: column for column in contract.columns}
    named = {*correction.match, *correction.set}
    if unknown := sorted(named - set(by_name)):
        raise CorrectionError(f"{where}: {contract.dataset} has no column {', '.join(unknown)}")
    secret = sorted(name for name in named if by_name[name].clearance == "vault")
    if secret and correction.file == settings().contracts / FILE:
        raise CorrectionError(
            f"{where}: {', '.join(secret)} may not be named in a public file; move it to private/{FILE} under "
            "HUILIU_HOME"
        )


def load_corrections(contracts: Mapping[str, Contract]) -> list[OwnCorrection]:
    """Every correction of both files, in their order, checked against the contracts. Raises CorrectionError."""
    private = settings().home_path / "private" / FILE
    found = [*read_corrections(settings().contracts / FILE), *read_corrections(private)]
    names = [correction.correction_id for correction in found]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise CorrectionError(f"{FILE}: {', '.join(repeated)} is there twice; give each correction an id of its own")
    for correction in found:
        if correction.dataset in contracts:
            check_columns(correction, contracts[correction.dataset])
    return found


def corrections_of(contract: Contract) -> list[OwnCorrection]:
    """The corrections of one dataset that apply. Raises CorrectionError."""
    found = load_corrections({contract.dataset: contract})
    return [one for one in found if one.dataset == contract.dataset and one.status != "withdrawn"]
