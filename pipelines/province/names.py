"""Names with realistic frequencies, and the slips people make in writing them."""

from __future__ import annotations

import random
from functools import lru_cache
from itertools import accumulate

from pipelines.province.places import rows

MINORITY_FIRST = (
    "阿卜杜热西提", "买买提", "艾力", "古丽娜尔", "阿依古丽", "吐尔逊", "努尔兰", "热依罕", "亚库普", "玉素甫",
    "达瓦", "扎西", "卓玛", "才仁", "阿里木江", "麦麦提明", "帕提古丽", "沙吾提", "哈力克", "茹鲜古丽",
)  # fmt: skip
MINORITY_SECOND = (
    "买买提", "艾力", "吐尔逊", "依明", "卡德尔", "阿不都拉", "赛买提", "尼亚孜", "巴拉提", "多吉", "次仁", "罗布",
    "阿布力孜", "司马义", "托合提", "肉孜",
)  # fmt: skip
LATIN_FIRST = (
    "VAN AN", "THI HOA", "VAN TUAN", "MINH DUC", "AUNG", "KYAW ZIN", "THIDA", "SOMCHAI", "MARIA", "CHUKWU",
    "JOHN PETER", "KHIN MYO", "BOUNMY", "QUOC BAO",
)  # fmt: skip
LATIN_LAST = ("NGUYEN", "TRAN", "LE", "PHAM", "HTUN", "WIN", "MAUNG", "SRISAI", "SANTOS", "OKAFOR", "SMITH", "VONG")


@lru_cache(maxsize=1)
def _surnames() -> tuple[list[str], list[float]]:
    table = rows("surnames")
    return [row["surname"] for row in table], list(accumulate(float(row["weight"]) for row in table))


@lru_cache(maxsize=2)
def _given(sex: str) -> tuple[list[str], list[float]]:
    column = "male" if sex == "1" else "female"
    table = [row for row in rows("given_characters") if float(row[column]) > 0]
    return [row["character"] for row in table], list(accumulate(float(row[column]) for row in table))


def surname(rng: random.Random) -> str:
    """A surname as frequent as it is; a few have two characters."""
    names, weights = _surnames()
    return rng.choices(names, cum_weights=weights)[0]


def given_name(rng: random.Random, sex: str) -> str:
    """A given name of one or, more often, two characters."""
    characters, weights = _given(sex)
    return "".join(rng.choices(characters, cum_weights=weights, k=1 if rng.random() < 0.24 else 2))


def minority_name(rng: random.Random) -> str:
    """A name whose parts are joined by a middle dot."""
    first = rng.choice(MINORITY_FIRST)
    return f"{first}·{rng.choice([part for part in MINORITY_SECOND if part != first])}"


def latin_name(rng: random.Random) -> str:
    """The name on a foreign passport."""
    return f"{rng.choice(LATIN_LAST)} {rng.choice(LATIN_FIRST)}"


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name of a Han name."""
    width = 2 if name[:2] in _compound() and len(name) > 2 else 1
    return name[:width], name[width:]


@lru_cache(maxsize=1)
def _compound() -> frozenset[str]:
    return frozenset(name for name in _surnames()[0] if len(name) == 2)


@lru_cache(maxsize=1)
def _slips() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in rows("slips"):
        found.setdefault(row["kind"], {})[row["character"]] = row["written"]
    return found


def miswritten(rng: random.Random, name: str, kind: str) -> str | None:
    """The name with one character of the same `sound`, like `shape`, or all in `traditional` form; None if it
    has no such character."""
    table = _slips()[kind]
    fitting = [place for place, character in enumerate(name) if character in table]
    if not fitting:
        return None
    if kind == "traditional":
        return "".join(table.get(character, character) for character in name)
    place = rng.choice(fitting)
    return name[:place] + rng.choice(table[name[place]]) + name[place + 1 :]


def another_character(rng: random.Random, name: str, sex: str) -> str:
    """The name with the last character of the given name replaced by any other."""
    characters, _ = _given(sex)
    return name[:-1] + rng.choice([character for character in characters if character != name[-1]])


def similar_given(rng: random.Random, given: str, sex: str) -> str:
    """A given name as a brother or sister has: one character shared, the other different."""
    characters, weights = _given(sex)
    if len(given) == 1:
        return given + rng.choices(characters, cum_weights=weights)[0]
    other = rng.choices([c for c in characters if c != given[1]])[0]
    return given[0] + other
