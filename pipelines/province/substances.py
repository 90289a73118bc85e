"""Drugs as agencies call them, how often, and how they are measured."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import NamedTuple

# What has no one composition: only a laboratory could say what it was.
UNRESOLVED = "unresolved"


class Drug(NamedTuple):
    """A name in use and its substance, how often users and couriers have it, its measure; whether it is a precursor."""

    name: str
    substance: str
    used: float
    carried: float
    measure: str
    is_precursor: bool = False


DRUGS = (
    Drug("冰毒", "methamphetamine", 38, 24, "gram"),
    Drug("甲基苯丙胺", "methamphetamine", 6, 8, "gram"),
    Drug("麻古", "methamphetamine_tablet", 9, 9, "piece"),
    Drug("麻果", "methamphetamine_tablet", 2, 2, "piece"),
    Drug("K粉", "ketamine", 7, 6, "gram"),
    Drug("氯胺酮", "ketamine", 2, 2, "gram"),
    Drug("海洛因", "heroin", 22, 16, "gram"),
    Drug("白粉", "heroin", 2, 1, "gram"),
    Drug("摇头丸", "mdma_group", 2, 2, "piece"),
    Drug("大麻", "cannabis", 2, 4, "gram"),
    Drug("鸦片", "opium", 1, 2, "gram"),
    Drug("可卡因", "cocaine", 0.5, 1, "gram"),
    Drug("依托咪酯", "etomidate", 4, 5, "gram"),
    Drug("上头电子烟", UNRESOLVED, 2, 3, "piece"),
    Drug("邮票", "lsd", 0.3, 0.5, "piece"),
    Drug("神仙水", UNRESOLVED, 0.5, 4, "millilitre"),
    Drug("罂粟", "poppy", 0, 3, "plant"),
    Drug("麻黄碱", "ephedrine", 0, 4, "gram", True),
    Drug("羟亚胺", "hydroxylimine", 0, 2, "gram", True),
)
# Drugs of the laboratory, not of the field (合成毒品).
SYNTHETIC = frozenset({"methamphetamine", "methamphetamine_tablet", "ketamine", "mdma_group", "etomidate", "lsd"})
BY_NAME = {drug.name: drug for drug in DRUGS}
_USED = list(accumulate(drug.used for drug in DRUGS))
_CARRIED = list(accumulate(drug.carried for drug in DRUGS))


def used_drug(rng: random.Random) -> Drug:
    """What a user takes."""
    return rng.choices(DRUGS, cum_weights=_USED)[0]


def carried_drug(rng: random.Random) -> Drug:
    """What a courier carries."""
    return rng.choices(DRUGS, cum_weights=_CARRIED)[0]


def carried_amount(rng: random.Random, drug: Drug) -> float:
    """An amount in the measure of the drug: halves of a gram, whole grams from a kilogram on."""
    match drug.measure:
        case "gram":
            grams = rng.lognormvariate(6.5 if drug.is_precursor else 3.6, 1.5)
            return float(round(grams)) if grams >= 1000 else max(0.5, round(grams * 2) / 2)
        case "millilitre":
            return float(rng.randrange(10, 2000, 5))
        case "plant":
            return float(rng.randrange(3, 900))
    return float(rng.randrange(1, 400))


_UNITS = {"millilitre": "毫升", "plant": "株", "piece": "粒"}
# What a laboratory calls what agencies know by another name.
_OFFICIAL = {
    "冰毒": "甲基苯丙胺",
    "K粉": "氯胺酮",
    "白粉": "海洛因",
    "摇头丸": "亚甲二氧基甲基苯丙胺",
    "上头电子烟": "依托咪酯",
    "神仙水": "γ-羟丁酸",
}


def official_name(drug: str) -> str:
    """The name a laboratory gives a drug."""
    return _OFFICIAL.get(drug, drug)


def plain_number(value: float) -> str:
    """A number without needless zeros, three digits after the point at most."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def written_amount(amount: float, measure: str) -> tuple[str, str]:
    """Quantity and unit: kilograms from one kilogram on."""
    if measure != "gram":
        return plain_number(amount), _UNITS[measure]
    if amount >= 1000:
        return plain_number(amount / 1000), "千克"
    return plain_number(amount), "克"
