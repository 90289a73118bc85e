"""Why two records are one person or not, and why a person is one: from the identities as they stand, in words.

No name, number or date is in what is returned: relations of values, weights, rules and decisions are.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from pipelines.duck import connect
from pipelines.link.certain import Identities, Identity
from pipelines.link.clerk import Linkage, side_of
from pipelines.link.compatible import (
    birth_in_number,
    compare_births,
    compare_births_under,
    compare_sexes,
    compare_structure,
    judge_same_number,
    sex_in_number,
)
from pipelines.link.decisions import Decision, Side, from_ledger
from pipelines.link.mentions import collapse, read_mentions
from pipelines.link.model import FREQUENCY_FILE, MODELS, frozen_settings
from pipelines.link.names import best_relation
from pipelines.link.spec import COMPARISONS, DOCUMENT_COLUMNS, MODEL_VERSION, THRESHOLDS
from pipelines.store import read_json

RULES = {
    "decision": "a clerk decided that they are one person",
    "number": "the same valid document number, with a compatible name and birth",
    "exact_identity": "the same full name, birth date, household county and sex, and one number at most among them",
    "document_chain": "the same document names one person of that name on each side",
    "model": "the match weight reaches the threshold, and name, whole birth date and a region agree",
}
KINDS = {
    "void_decision": "a clerk's decision cannot be applied as the records stand now",
    "borrowed_number": "the same number under a name or birth that conflicts: somebody may have used the other's",
    "duplicate_number": "the same number and birth under names that conflict: it may have been issued twice",
    "typing_error": "the same number with more errors than one in name or birth",
    "name_missing": "the same number, and a name is missing",
    "namesake": "the same name, birth, county and sex as several people with numbers of their own",
    "two_numbers": "what points at one person stands against two different numbers",
    "ambiguous": "it fits two persons about equally well",
    "model": "the match weight lies between review and link, or the evidence a link needs is not whole",
}


@dataclass(frozen=True)
class Compared:
    """One comparison of two records: its level in words and its weight in bits (None: says nothing)."""

    field: str
    level: str
    weight: float | None


@dataclass(frozen=True)
class Explanation:
    """Whether two records are one person, every comparison, their weight together, and what settled it."""

    same: bool
    compared: list[Compared]
    weight: float
    settled: list[str]


def _tables(linkage: Linkage) -> dict[str, pd.DataFrame]:
    current = read_json(linkage.store.identity / "current.json")
    if not current:
        raise FileNotFoundError("there are no identities yet; run `huiliu run`")
    return {
        name: pd.read_parquet(current[name]) for name in ("mention", "person", "edge", "review", "document", "alias")
    }


def _mention(mentions: pd.DataFrame, side: Side) -> pd.Series:
    found = mentions[(mentions["dataset"] == side.dataset) & (mentions["record_key"] == side.record_key)]
    if found.empty:
        raise ValueError("the record is newer than the identities; run `huiliu run` first")
    return found.iloc[0]


def compare(linkage: Linkage, left: Side, right: Side) -> tuple[list[Compared], str]:
    """Every comparison of two records as they stand, and what the rules say of their numbers."""
    paths = read_json(linkage.store.records / "current.json")["datasets"]
    rows = read_mentions(linkage.contracts, {name: paths[name] for name in {left.dataset, right.dataset}})
    keys = [left[:3], right[:3]]
    wanted = [key in keys for key in rows[["dataset", "record_key", "person_group"]].itertuples(index=False, name=None)]
    pair = rows[wanted].reset_index(drop=True)
    two = collapse(pair, alone=[0, 1]).table
    known = Identities(two)
    one, other = known[0], known[1]
    compared = [_numbers(one, other), *_structure(one, other), *_scored(two), *_documents(pair)]
    return compared, _verdict(one, other)


def _numbers(one: Identity, other: Identity) -> Compared:
    if one.id_no is None or other.id_no is None:
        return Compared("number", "missing", None)
    if one.id_no_kind != other.id_no_kind:
        return Compared("number", "of different kinds", None)
    return Compared("number", "equal" if one.id_no == other.id_no else "different", None)


def _structure(one: Identity, other: Identity) -> list[Compared]:
    """What the parts of a resident number say beside another one, or beside a record without any."""
    numbered, bare = (one, other) if other.id_no is None else (other, one)
    if numbered.id_no is None or numbered.id_no_kind != "resident":
        return []
    if bare.id_no is None:
        born = compare_births(birth_in_number("resident", numbered.id_no), bare.birth)
        sex = compare_sexes(sex_in_number("resident", numbered.id_no), bare.sex)
        return [Compared("number_structure", f"beside the record without one: birth {born}, sex {sex}", None)]
    if bare.id_no_kind != "resident" or bare.id_no == numbered.id_no:
        return []
    return [Compared("number_structure", compare_structure(numbered.id_no, bare.id_no), None)]


def _verdict(one: Identity, other: Identity) -> str:
    """What the truth table of the number says; empty when the two do not carry the same one."""
    if _numbers(one, other).level != "equal":
        return ""
    born = birth_in_number(one.id_no_kind, one.id_no)
    birth, name = compare_births_under(born, one.birth, other.birth), best_relation(one.names, other.names)
    verdict = judge_same_number(name, birth, compare_sexes(one.sex, other.sex))
    said = f"the same number; name {name}, birth {birth}: "
    return said + ("compatible, one person" if verdict.same else KINDS[verdict.kind or "typing_error"])


def _scored(two: pa.Table) -> list[Compared]:
    """Levels and weights of the declared comparisons under the frozen model (log2 m/u, name frequency included)."""
    with connect() as duck:
        duck.register("two", two)
        sides = ", ".join(f"{side}.{name} as {name}_{side}" for name in two.column_names for side in ("l", "r"))
        duck.sql(f"create table pair as select {sides} from two l, two r where l.place = 0 and r.place = 1")
        path = MODELS / MODEL_VERSION / FREQUENCY_FILE
        known = duck.execute(
            "select max(tf_name_key) from read_csv(?, header = true, delim = ',', "
            "columns = {'name_key': 'varchar', 'tf_name_key': 'double'}) "
            "where name_key = (select name_key_l from pair)",
            [str(path)],
        ).fetchall()[0][0]
        frequency = known or THRESHOLDS.unseen_name_frequency
        found = []
        for declared, learned in zip(COMPARISONS, frozen_settings()["comparisons"], strict=True):
            cases = " ".join(f"when {one.sql} then {n}" for n, one in enumerate(declared.levels) if one.sql != "else")
            query = (
                f"select case when {declared.null_sql} then -1 {cases} else {len(declared.levels) - 1} end from pair"
            )
            level = duck.sql(query).fetchall()[0][0]
            if level < 0:
                found.append(Compared(declared.name, "missing", None))
                continue
            m, u = (learned["comparison_levels"][level + 1][name] for name in ("m_probability", "u_probability"))
            base = frequency if declared.levels[level].frequency_of else u
            found.append(Compared(declared.name, declared.levels[level].name, math.log2(m / base)))
    return found


def _documents(pair: pd.DataFrame) -> list[Compared]:
    held: list[set[tuple[str, str]]] = [set(), set()]
    for document in DOCUMENT_COLUMNS:
        for place, row in pair.iterrows():
            if row["dataset"] == document.dataset and row[document.column] is not None:
                held[int(place)].add((document.series, row[document.column]))
    shared = sorted({series for series, _ in held[0] & held[1]})
    return [Compared("document", f"the same {', '.join(shared)}" if shared else "none in common", None)]


def path_between(edges: pd.DataFrame, start: str, end: str) -> list[tuple[str, float | None]]:
    """Rule and weight of every edge on the shortest way between two profiles; empty when there is none."""
    beside: dict[str, list[tuple[str, str, float | None]]] = defaultdict(list)
    rows = edges[["left_profile", "right_profile", "rule", "match_weight"]].itertuples(index=False, name=None)
    for left, right, rule, weight in sorted(rows, key=str):
        known = None if pd.isna(weight) else float(weight)
        beside[left].append((right, rule, known))
        beside[right].append((left, rule, known))
    came: dict[str, tuple[str, str, float | None] | None] = {start: None}
    waiting = deque([start])
    while waiting and end not in came:
        here = waiting.popleft()
        for other, rule, weight in beside[here]:
            if other not in came:
                came[other] = (here, rule, weight)
                waiting.append(other)
    way, step = [], came.get(end)
    while step is not None:
        way.append(step[1:])
        step = came[step[0]]
    return way[::-1]


def _about(decisions: tuple[Decision, ...], left: Side, right: Side) -> list[str]:
    """Decisions in force about either record, by key or by fingerprint."""
    here = {left[:3], right[:3]} | {(side.fingerprint,) for side in (left, right) if side.fingerprint}
    found = []
    for one in decisions:
        touched = [side[:3] in here or (side.fingerprint,) in here for side in one.sides]
        if all(touched):
            found.append(f"decision {one.decision_id} of a clerk: {one.kind}")
    return found


def explain_link(linkage: Linkage, left_record: str, right_record: str) -> Explanation:
    """Explain why two records (DATASET/RECORD_KEY) are one person or not.

    Raises ValueError for a record that is not there, FileNotFoundError before the first link.
    """
    left, right = side_of(linkage, left_record), side_of(linkage, right_record)
    tables = _tables(linkage)
    one, other = _mention(tables["mention"], left), _mention(tables["mention"], right)
    compared, verdict = compare(linkage, left, right)
    prior = THRESHOLDS.prior_probability
    weight = math.log2(prior / (1 - prior)) + sum(part.weight or 0.0 for part in compared)
    same = bool(one["person_id"] == other["person_id"])
    settled = _about(from_ledger(linkage.ledger.links_in_force()), left, right)
    settled += _why_together(tables, one, other) if same else _why_apart(tables, one, other, compared, weight)
    return Explanation(same, compared, weight, [*settled, *([verdict] if verdict else [])])


def _why_together(tables: dict[str, pd.DataFrame], one: pd.Series, other: pd.Series) -> list[str]:
    if one["profile_id"] == other["profile_id"]:
        return ["both say exactly the same of the person"]
    way = path_between(tables["edge"], one["profile_id"], other["profile_id"])
    told = [RULES[rule] + (f" (weight {weight:.1f})" if weight is not None else "") for rule, weight in way]
    return told if len(told) == 1 else [f"step {n} of {len(told)}: {said}" for n, said in enumerate(told, 1)]


def _why_apart(
    tables: dict[str, pd.DataFrame], one: pd.Series, other: pd.Series, compared: list[Compared], weight: float
) -> list[str]:
    told = []
    if compared[0].level == "different":
        told.append("two different valid numbers are never one person unless a clerk says so")
    elif compared[0].level != "equal":
        place = "reaches" if weight >= THRESHOLDS.link_weight else "is below"
        told.append(f"no common number; the match weight {weight:.1f} {place} the link threshold, and a link needs "
                    "name, whole birth date and a region to agree")  # fmt: skip
    # A doubt is shown once per two persons, so not always for these two records.
    person_of = tables["mention"].drop_duplicates("profile_id").set_index("profile_id")["person_id"]
    review, persons = tables["review"], {one["person_id"], other["person_id"]}
    both = [review[side].map(person_of).isin(persons) for side in ("left_profile", "right_profile")]
    waiting = review[both[0] & both[1]]
    told += [f"it waits for a clerk: {KINDS[kind]}" for kind in waiting["kind"]]
    return told


@dataclass(frozen=True)
class PersonExplained:
    """What a person rests on: records with documents, rules that hold them together, decisions, golden sources."""

    person_id: str
    records: pd.DataFrame
    rules: dict[str, int]
    decisions: list[Decision]
    golden: dict[str, str]


def explain_person(linkage: Linkage, person_id: str) -> list[PersonExplained]:
    """Explain the person or persons a present or former id leads to. Raises ValueError for an id nobody ever had."""
    tables = _tables(linkage)
    alias = tables["alias"]
    persons = sorted(set(alias.loc[alias["former_id"] == person_id, "person_id"]))
    if not persons:
        raise ValueError("no record leads to that id; `huiliu explain person` takes ids of vault.person")
    decisions = from_ledger(linkage.ledger.links_in_force())
    return [_person(tables, one, decisions) for one in persons]


def _person(tables: dict[str, pd.DataFrame], person_id: str, decisions: tuple[Decision, ...]) -> PersonExplained:
    mentions = tables["mention"][tables["mention"]["person_id"] == person_id]
    profiles = set(mentions["profile_id"])
    documents = (
        tables["document"].groupby(["dataset", "record_key"])["document_type"].agg(lambda d: ", ".join(sorted(set(d))))
    )
    records = mentions[["dataset", "record_key", "profile_id"]].merge(
        documents.rename("documents").reset_index(), how="left", on=["dataset", "record_key"]
    )
    edges = tables["edge"][tables["edge"]["left_profile"].isin(profiles)]
    keys = set(mentions[["dataset", "record_key", "person_group"]].itertuples(index=False, name=None))
    about = [one for one in decisions if any(side[:3] in keys for side in one.sides)]
    row = tables["person"][tables["person"]["person_id"] == person_id].iloc[0]
    golden = {name: row[name] for name in row.index if name.endswith("_source") and pd.notna(row[name])}
    rules = {str(rule): int(count) for rule, count in sorted(edges["rule"].value_counts().to_dict().items())}
    return PersonExplained(person_id, records, rules, about, golden)
