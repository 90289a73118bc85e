"""The step `link`: current records to mentions, persons, document chains, and doubts for a clerk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts import Contract
from pipelines.link.case_steps import read_steps
from pipelines.link.cases import case_chains
from pipelines.link.certain import (
    DECISION_RANK,
    MODEL_RANK,
    Doubt,
    Edge,
    Identities,
    Identity,
    Roots,
    exact_identity,
    ordered,
    same_number,
)
from pipelines.link.chain import document_chain
from pipelines.link.cluster import Clusters
from pipelines.link.decide import decide, worth_review
from pipelines.link.decisions import CASE, PERSON, Decision, Taken, take, without_detached
from pipelines.link.mentions import (
    Profiles,
    blank_mass_used_numbers,
    collapse,
    linked_datasets,
    profile_ids,
    read_mentions,
)
from pipelines.link.model import FREQUENCY_FILE, MODEL_FILE, MODELS, score
from pipelines.link.parties import parties
from pipelines.link.persons import aliases, founder_ids, golden_records
from pipelines.link.spec import MODEL_VERSION, SURVIVORSHIP, THRESHOLDS, spec_parts
from pipelines.link.uncollected import uncollected
from pipelines.store import Json, Store, fingerprint, fresh_folder, read_json, sha256_file, write_json

CURRENT = "current.json"
RECEIPT = "receipt.json"
_TEXT = pa.string()
_PERSON_FIELDS = [name for field in SURVIVORSHIP for name in (field, f"{field}_source")]
_CASE_PAIR = pa.schema(
    [
        *((f"{side}_{name}", _TEXT) for side in ("earlier", "later") for name in ("dataset", "record_key")),
        ("rule", _TEXT),
        *((name, pa.int64()) for name in ("shared", "days")),
        ("region", _TEXT),
    ]
)
SCHEMAS = {
    "mention": pa.schema(
        [
            (name, _TEXT)
            for name in (
                *("dataset", "record_key", "person_group", "person_id", "profile_id", "case_id"),
                *("person_strict", "person_loose", "party_person"),
            )
        ]
    ),
    "person": pa.schema(
        [
            ("person_id", _TEXT),
            *((name, pa.date32() if name == "birth_date" else _TEXT) for name in _PERSON_FIELDS),
            ("id_no_kind", _TEXT),
            ("founder_dataset", _TEXT),
            ("founder_record_key", _TEXT),
        ]
    ),
    "alias": pa.schema([("former_id", _TEXT), ("person_id", _TEXT)]),
    "case_alias": pa.schema([("former_id", _TEXT), ("case_id", _TEXT)]),
    "document": pa.schema(
        [
            (name, _TEXT)
            for name in ("dataset", "record_key", "document_type", "document_number", "document_token", "case_id")
        ]
    ),
    "case_edge": _CASE_PAIR,
    "case_review": _CASE_PAIR,
    "edge": pa.schema(
        [
            *((name, _TEXT) for name in ("left_profile", "right_profile", "rule")),
            ("match_weight", pa.float64()),
            ("match_probability", pa.float64()),
        ]
    ),
    "review": pa.schema(
        [
            *((name, _TEXT) for name in ("left_profile", "right_profile", "kind")),
            ("match_probability", pa.float64()),
        ]
    ),
}


@dataclass(frozen=True)
class Partition:
    """Which cluster every profile is in, by what edges, and what stays in doubt.

    `strict` and `loose` are clusters under the strict and the loose threshold, by profile: every strict one lies
    within one of `clusters`, every one of those within a loose one.
    """

    clusters: Roots
    strict: Roots
    loose: Roots
    edges: list[Edge]
    doubts: list[Doubt]


def _overruled(apart: set[tuple[int, int]], must: list[tuple[int, int]], known: Identities) -> set[tuple[int, int]]:
    """Pairs that rules keep apart, without those whose identities a clerk joined.

    Who joins two profiles joins what else carries the same number, name and birth.
    """
    if not must:
        return apart
    group: dict[Identity, Identity] = {}

    def root(one: Identity) -> Identity:
        while group.setdefault(one, one) != one:
            one = group[one]
        return one

    for left, right in must:
        group[root(known[left])] = root(known[right])
    return {(a, b) for a, b in apart if root(known[a]) != root(known[b])}


@uncollected()
def partition(mentions: pd.DataFrame, profiles: Profiles, taken: Taken | None = None) -> Partition:
    """Decisions of clerks, certain rules, the document chain, then the model; constraints hold throughout.

    Edges are taken strongest first, so the strict clusters are a stage on the way to the settled ones; the loose ones
    go on from there with what the model left to a clerk.
    """
    table, known = profiles.table, Identities(profiles.table)
    by_number = same_number(table, known)
    must, cannot, void = _decided(taken or Taken(), profiles.of_mention)
    clusters = Clusters(known.numbers(), _overruled(by_number.apart, must, known) | set(cannot))
    decided = [Edge(left, right, "decision", DECISION_RANK) for left, right in must]
    ignored = {edge for edge in decided if not clusters.join_decided(edge.left, edge.right)}
    refused = clusters.join_all(by_number.edges)
    by_identity = exact_identity(table, known, clusters.roots())
    refused += clusters.join_all(by_identity.edges)
    chained = document_chain(mentions, profiles, known, clusters.roots()).edges
    refused += clusters.join_all(chained)
    certain = by_number.edges + by_identity.edges + chained
    links, doubts = decide(score(table, clusters), clusters)
    strong, weak = _by_strict_threshold(links)
    refused += clusters.join_all(strong)
    strict = clusters.roots()
    refused += clusters.join_all(weak)
    loose = [Edge(doubt.left, doubt.right, "model", MODEL_RANK, doubt.probability) for doubt in doubts]
    doubts += by_number.doubts + by_identity.doubts
    doubts += [Doubt(edge.left, edge.right, "two_numbers", edge.probability) for edge in refused]
    doubts += [Doubt(left, right, "void_decision") for left, right in void]
    doubts += [Doubt(edge.left, edge.right, "void_decision") for edge in ignored]
    dropped = {*refused, *ignored}
    edges = [edge for edge in (*decided, *certain, *links) if edge not in dropped]
    open_doubts, settled = worth_review(doubts, clusters, cannot), clusters.roots()
    clusters.join_all(loose)
    return Partition(settled, strict, clusters.roots(), edges, open_doubts)


def _by_strict_threshold(links: list[Edge]) -> tuple[list[Edge], list[Edge]]:
    """Links of the model at or above the strict threshold, and the others."""
    strong = [edge for edge in links if (edge.weight or 0.0) >= THRESHOLDS.strict_weight]
    return strong, [edge for edge in links if (edge.weight or 0.0) < THRESHOLDS.strict_weight]


def _decided(taken: Taken, of_mention: npt.NDArray[np.int64]) -> list[list[tuple[int, int]]]:
    """Decisions on pairs of mentions (must, cannot, void) as sorted pairs of profiles."""
    return [
        sorted({ordered(int(of_mention[a]), int(of_mention[b])) for a, b in pairs if of_mention[a] != of_mention[b]})
        for pairs in (taken.must, taken.cannot, taken.void)
    ]


def _alone(mentions: pd.DataFrame, taken: Taken) -> set[int]:
    """Mentions that must be profiles of their own because a clerk holds them apart from one that says the same."""
    if not taken.cannot:
        return set()
    profile = collapse(mentions).of_mention
    return {left for left, right in taken.cannot if profile[left] == profile[right]}


def _tables(
    mentions: pd.DataFrame, decisions: Iterable[Decision], store: Store
) -> tuple[dict[str, pd.DataFrame], Json]:
    person_key, case_key = store.key("person"), store.key("case")
    taken, about_cases = (take(mentions, decisions, person_key, about) for about in (PERSON, CASE))
    mentions = without_detached(mentions, taken)
    told = blank_mass_used_numbers(mentions)
    profiles = collapse(told, _alone(told, taken))
    found = partition(mentions, profiles, taken)
    clusters = [pd.Series(one[profiles.of_mention]) for one in (found.clusters, found.strict, found.loose)]
    (person, founders), (strict, _), (loose, _) = (founder_ids(mentions, one, "p", person_key) for one in clusters)
    steps = read_steps(read_json(store.records / CURRENT)["datasets"])
    cases = case_chains(mentions, person, steps, about_cases, case_key)
    profile_id = profile_ids(profiles, person_key)
    tables = {
        "mention": mentions.assign(
            person_id=person,
            profile_id=profile_id.to_numpy()[profiles.of_mention],
            case_id=cases.case_id,
            person_strict=strict,
            person_loose=loose,
            party_person=parties(told, person, cases.case_id, taken.cannot),
        ),
        "person": golden_records(mentions.assign(person_id=person), founders),
        "alias": aliases(mentions, person.rename("person_id"), "p", person_key),
        "case_alias": aliases(mentions, cases.case_id.rename("case_id"), "c", case_key),
        "document": cases.documents,
        "case_edge": cases.edges,
        "case_review": cases.doubts,
        "edge": _pairs(found.edges, profile_id, ["left", "right", "rule", "rank", "match_weight", "match_probability"]),
        "review": _pairs(found.doubts, profile_id, ["left", "right", "kind", "match_probability"]),
    }
    in_review = {side for doubt in found.doubts for side in (doubt.left, doubt.right)}
    rules = tables["edge"]["rule"].value_counts().to_dict()
    counts = {
        "mentions": len(mentions),
        "profiles": len(profiles.table),
        "persons": len(founders),
        "cases": int(cases.case_id.nunique()),
        "edges": {str(rule): int(count) for rule, count in sorted(rules.items())},
        "decisions_lost": taken.lost + about_cases.lost,
        "review_pairs": len(found.doubts),
        "review_profiles": len(in_review),
        "case_edges": len(cases.edges),
        "case_review_pairs": len(cases.doubts),
    }
    return tables, counts


def _pairs(found: list[Edge] | list[Doubt], profile_id: pd.Series, columns: list[str]) -> pd.DataFrame:
    pairs = pd.DataFrame(found, columns=columns)
    return pairs.assign(left_profile=pairs["left"].map(profile_id), right_profile=pairs["right"].map(profile_id))


def _write(folder: Path, name: str, table: pd.DataFrame) -> None:
    """Write the declared columns, sorted by all of them: the bytes follow the content alone."""
    schema = SCHEMAS[name]
    wanted = table[schema.names].sort_values(schema.names, ignore_index=True)
    pq.write_table(pa.Table.from_pandas(wanted, schema=schema, preserve_index=False), folder / f"{name}.parquet")


def _inputs(store: Store, datasets: dict[str, str], decisions: Iterable[Decision]) -> str:
    """What the identities depend on: records, decisions, model, specification, rules in code, keys (by their hash)."""
    keys = [hashlib.sha256(store.key(name)).hexdigest() for name in ("person", "case")]
    model = MODELS / MODEL_VERSION
    here = Path(__file__).parent
    rules = sorted([*here.glob("*.py"), *here.glob("characters/*.csv")])
    artefacts = [sha256_file(path) for path in (model / MODEL_FILE, model / FREQUENCY_FILE, *rules)]
    decided = sorted([decision.content() for decision in decisions], key=str)
    records = [[name, Path(path).parent.name] for name, path in sorted(datasets.items())]
    return fingerprint([records, MODEL_VERSION, artefacts, fingerprint(spec_parts()), keys, decided])


def link(store: Store, contracts: dict[str, Contract], decisions: Sequence[Decision] = ()) -> str:
    """Link the current records and point `identity/current.json` at the result; returns its fingerprint.

    `decisions` are those of clerks in force; in what order they were made does not matter. Does nothing when the same
    inputs were linked before. Raises FileNotFoundError before the first resolve.
    """
    records = read_json(store.records / CURRENT)
    if not records:
        raise FileNotFoundError("there are no records yet; run the ingest steps and resolve first")
    datasets = linked_datasets(contracts, records["datasets"])
    inputs = _inputs(store, datasets, decisions)
    final = store.identity / inputs
    if not (final / RECEIPT).exists():
        tables, counts = _tables(read_mentions(contracts, datasets), decisions, store)
        with fresh_folder(final) as fresh:
            for name, table in tables.items():
                _write(fresh, name, table)
            taken = sorted(decision.name() for decision in decisions)
            facts = {"fingerprint": inputs, "model_version": MODEL_VERSION, "decisions": taken}
            write_json(fresh / RECEIPT, {**facts, **counts})
    current = {name: str(final / f"{name}.parquet") for name in SCHEMAS}
    write_json(store.identity / CURRENT, {**current, "fingerprint": inputs, "model_version": MODEL_VERSION})
    return inputs


def decisions_taken(store: Store) -> set[str]:
    """Names of the decisions the current identities were made under."""
    current = read_json(store.identity / CURRENT)
    receipt = read_json(Path(current["mention"]).parent / RECEIPT) if current else {}
    return set(receipt.get("decisions", []))
