"""Cases followed by their defendants and dates, where no document number leads from one step to the next.

A document without a way back (no earlier record shares a number with it) is joined to the one case in which all the
people it names took the step before, in the same place, at most `WINDOW_DAYS` before it. What fits more than one
case, or fits one only in part, is a doubt for a clerk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from pipelines.link.case_steps import COURT, EXECUTION, PROCURATORATE
from pipelines.link.cluster import Clusters

# Twelve months of bail or six of residential surveillance (刑事诉讼法 79), and a month to decide (172).
WINDOW_DAYS = 400
# What joined two records, or why they wait for a clerk.
DECISION, DEFENDANTS = "decision", "defendants"
AMBIGUOUS, WEAK, VOID_DECISION = "ambiguous", "weak", "void_decision"


class CasePair(NamedTuple):
    """Two records (as positions of their mentions) of one case, or that may be: the earlier and the later step.

    `rule` is what joined them or why it is a doubt; `shared` how many people both name, `days` how long the later step
    came after the earlier, `region` how their places go together. None where nobody compared them.
    """

    earlier: int
    later: int
    rule: str
    shared: int | None = None
    days: int | None = None
    region: str | None = None


@dataclass(frozen=True)
class Followed:
    """Pairs that were joined, and those that wait for a clerk."""

    joined: list[CasePair]
    doubts: list[CasePair]


def region_relation(earlier: str | None, later: str | None) -> str:
    """`same` for one county or its prefecture's office, `prefecture` for two counties of one, else `other`."""
    if pd.isna(earlier) or pd.isna(later) or not earlier or not later:
        return "unknown"
    if earlier == later or (earlier[:4] == later[:4] and later.endswith("00")):
        return "same"
    return "prefecture" if earlier[:4] == later[:4] else "other"


def follow(steps: pd.DataFrame, clusters: Clusters) -> Followed:
    """Join cases by their defendants, one stage after the other, so that a charge found serves to find the trial.

    `steps`: one row per mention that is a step: position, person_id, stage, began, ended, region_code,
    is_final. `clusters` holds the cases so far, and takes up what is joined.
    """
    found = Followed([], [])
    known = steps.dropna(subset=["person_id", "began"])
    for stage in (PROCURATORATE, COURT, EXECUTION):
        known = known.assign(case=[clusters.root(position) for position in known["position"]])
        for pair in _judged(_candidates(known, stage, clusters)):
            if pair.rule == DEFENDANTS and clusters.join(pair.earlier, pair.later):
                found.joined.append(pair)
            else:
                found.doubts.append(pair._replace(rule=WEAK if pair.rule == DEFENDANTS else pair.rule))
    return found


def _candidates(steps: pd.DataFrame, stage: int, clusters: Clusters) -> pd.DataFrame:
    """Pairs of cases one of which may go on with the other at a stage, one row per person they share.

    Columns: case and earlier_case; person_id; position and earlier_position of records; days; region; size, the
    number of people the later one names.
    """
    opening = steps.groupby("case")["stage"].transform("min") == stage
    later = steps[opening & (steps["stage"] == stage)].sort_values(["began", "position"])
    later = later.drop_duplicates(["case", "person_id"])
    later = later.assign(size=later.groupby("case")["person_id"].transform("size"))
    # Of every person the last step in a case; who has come as far in it already is on no way there.
    last = steps.sort_values(["stage", "ended", "position"]).drop_duplicates(["case", "person_id"], keep="last")
    last = last[(last["stage"] < stage) & ~last["is_final"].astype(bool)]
    pairs = later.merge(last, on="person_id", suffixes=("", "_earlier"))
    days = (pd.to_datetime(pairs["began"]) - pd.to_datetime(pairs["ended_earlier"])).dt.days
    pairs = pairs.assign(days=days)[(days >= 0) & (days <= WINDOW_DAYS)]
    places = zip(pairs["region_code_earlier"], pairs["region_code"], strict=True)
    pairs = pairs.assign(region=[region_relation(earlier, own) for earlier, own in places])
    may = [clusters.may_join(a, b) for a, b in zip(pairs["case"], pairs["case_earlier"], strict=True)]
    return pairs[pd.Series(may, index=pairs.index, dtype=bool)]


def _judged(candidates: pd.DataFrame) -> list[CasePair]:
    """Every pair of cases as one pair of records: `DEFENDANTS` where it is the only one and whole, else a doubt."""
    if candidates.empty:
        return []
    choices = candidates.groupby("case")["case_earlier"].nunique()
    # Two documents of one stage that both want the same person's step: at most one is right.
    rivals = candidates.groupby(["case_earlier", "person_id"])["case"].nunique()
    found = []
    for (case, earlier_case), shared in candidates.groupby(["case", "case_earlier"], sort=True):
        first = shared.sort_values(["position", "position_earlier"]).iloc[0]
        contested = any(rivals[earlier_case, person] > 1 for person in shared["person_id"])
        if choices[case] > 1 or contested:
            rule = AMBIGUOUS
        elif len(shared) == first["size"] and (shared["region"] == "same").all():
            rule = DEFENDANTS
        else:
            rule = WEAK
        found.append(
            CasePair(
                int(first["position_earlier"]), int(first["position"]), rule, len(shared), int(shared["days"].min()),
                str(first["region"]),
            )
        )  # fmt: skip
    return found
