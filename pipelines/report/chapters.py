"""What the report says: chapters, sentences and how figures are counted, from `chapters.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from pipelines.report.source import UnitKey

CHAPTERS = Path(__file__).parent / "chapters.yaml"
_HOLE = re.compile(r"\{(R\d+)\.(\w+)\}")


def _key(name: str) -> UnitKey:
    indicator, unit = name.split(".")
    return indicator, unit


@dataclass(frozen=True)
class Clause:
    """A piece of a sentence around one figure."""

    before: str
    key: UnitKey
    after: str


@dataclass(frozen=True)
class Chapter:
    """A chapter: its figures, sentences, and what is drawn."""

    title: str
    lead: str
    figures: tuple[str, ...]
    say: tuple[Clause, ...]
    trend: tuple[UnitKey, ...]
    regions: tuple[UnitKey, ...]


@dataclass(frozen=True)
class Part:
    """A part of the report."""

    title: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Chain:
    """Hand-off rules in the order a case or a person goes through them."""

    title: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """The whole report without its numbers."""

    summary: tuple[UnitKey, ...]
    parts: tuple[Part, ...]
    units: dict[str, str]
    basis: dict[str, str]
    handoffs: tuple[Chain, ...]

    def unit_word(self, unit: str) -> str:
        """The word after a number of a unit; empty for shares."""
        return self.units.get(unit.split("_", maxsplit=1)[0], "")


def _clause(text: str) -> Clause:
    holes = list(_HOLE.finditer(text))
    if len(holes) != 1:
        raise ValueError(f"{CHAPTERS.name}: {text!r} must hold exactly one figure as {{R44.unit}}")
    hole = holes[0]
    return Clause(text[: hole.start()], (hole[1], hole[2]), text[hole.end() :])


@lru_cache(maxsize=1)
def outline() -> Outline:
    """Read the outline. Raises ValueError for a clause that holds no figure, or several."""
    made = yaml.safe_load(CHAPTERS.read_text(encoding="utf-8"))
    parts = tuple(
        Part(
            part["title"],
            tuple(
                Chapter(
                    title=one["title"],
                    lead=one["lead"],
                    figures=tuple(one["figures"]),
                    say=tuple(map(_clause, one["say"])),
                    trend=tuple(map(_key, one.get("trend", ()))),
                    regions=tuple(map(_key, one.get("regions", ()))),
                )
                for one in part["chapters"]
            ),
        )
        for part in made["parts"]
    )
    chains = tuple(Chain(chain["title"], tuple(chain["rules"])) for chain in made["handoffs"])
    return Outline(tuple(map(_key, made["summary"])), parts, made["units"], made["basis"], chains)
