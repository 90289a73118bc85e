"""The chain of documents as evidence: two records of the same document, one person of that name on each side."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.duck import connect, text_table
from pipelines.link.certain import CHAIN_RANK, Edge, Evidence, Identities, Identity, Roots, ordered
from pipelines.link.compatible import compare_births, compare_sexes
from pipelines.link.mentions import Profiles
from pipelines.link.names import best_relation
from pipelines.link.spec import CHAIN_SERIES, DOCUMENT_COLUMNS

_HELD = pa.schema([*((name, pa.string()) for name in ("series", "number", "dataset", "side")), ("profile", pa.int64())])


def _sides(mentions: pd.DataFrame, of_mention: npt.NDArray[np.int64]) -> pa.Table:
    """One row per document number a mention holds: series, number, dataset, side and profile.

    Rows of one court case are one side: its defendants differ.
    """
    parts, places = [_HELD.empty_table()], mentions.groupby("dataset").indices
    for document in DOCUMENT_COLUMNS:
        if document.series not in CHAIN_SERIES or document.dataset not in places:
            continue
        here = places[document.dataset]
        wanted = sorted({document.column, "court_case_no"})
        columns = text_table(mentions[wanted].iloc[here], wanted)
        dataset = pa.repeat(document.dataset, len(here))
        judged = document.dataset == "court_judgment"
        parts.append(
            pa.table(
                {
                    "series": pa.repeat(document.series, len(here)),
                    "number": columns[document.column],
                    "dataset": dataset,
                    "side": columns["court_case_no"] if judged else dataset,
                    "profile": of_mention[here],
                }
            )
        )
    return pa.concat_tables(parts).filter(pc.field("number").is_valid())


def _rank(left: Identity, right: Identity) -> int | None:
    """0 for equal names, 1 for one error apart or shortened with an equal birth; None when they do not go together."""
    birth = compare_births(left.birth, right.birth)
    if birth == "far" or compare_sexes(left.sex, right.sex) == "differ":
        return None
    name = best_relation(left.names, right.names)
    if name == "equal":
        return 0
    return 1 if name in ("sound", "shape", "order", "shortened") and birth == "equal" else None


def _best(one: int, others: list[int], known: Identities, component: Roots) -> int | None:
    """The one person among `others` that goes with `one`; None when there is none or more than one."""
    ranked = [(rank, other) for other in others if (rank := _rank(known[one], known[other])) is not None]
    if not ranked:
        return None
    closest = [other for rank, other in ranked if rank == min(ranked)[0]]
    return closest[0] if len({component[other] for other in closest}) == 1 else None


def document_chain(mentions: pd.DataFrame, profiles: Profiles, known: Identities, component: Roots) -> Evidence:
    """Edges between profiles that share a document and are each other's only match in it.

    `component` numbers the clusters the certain rules made, so that two profiles of one person are not two.
    """
    edges: set[Edge] = set()
    for one_side, other_side, open_ones in _open_sides(mentions, profiles, component):
        edges.update(_mutual(one_side, other_side, open_ones, known, component))
    return Evidence(sorted(edges))


def _open_sides(mentions: pd.DataFrame, profiles: Profiles, component: Roots) -> list[tuple[list[int], ...]]:
    """Two sides of a document on each of which somebody is not on the other: profiles of both, and those of the first.

    Nearly all are on both, under one name and birth: their best match is themselves, and no edge comes of them.
    """
    clusters = pa.array(component)
    held = _sides(mentions, profiles.of_mention)
    with connect() as duck:
        duck.register("held", held.append_column("component", clusters.take(held["profile"])))
        duck.register("profile", profiles.table.append_column("component", clusters))
        # Documents that name one person alone, which are most, lead to nobody else.
        duck.sql(
            """
            create table present as
            with document as (
                select series, number, row_number() over () as document
                from held
                group by series, number
                having min(component) < max(component)
            ),

            standing as (
                select distinct document.document, held.dataset, coalesce(held.side, '') as side, held.profile
                from held
                inner join document using (series, number)
            )

            select
                standing.document, dense_rank() over (order by standing.dataset, standing.side) as side,
                standing.profile, profile.component, hash(profile.name_key, profile.birth, profile.sex) as said,
                profile.name_key is not null as is_named
            from standing
            inner join profile on profile.place = standing.profile
            """
        )
        duck.sql(
            """
            create table whole as
            select document, side, list(profile order by profile) as profiles
            from present
            group by document, side
            """
        )
        # One row per profile and other side; `is_there` when the same person stands there under the same name.
        duck.sql(
            """
            create table across as
            select one.document, one.side, other.side as other_side, one.profile,
                coalesce(bool_or(twin.component = one.component and twin.said = one.said and one.is_named), false)
                    as is_there
            from present as one
            inner join whole as other on other.document = one.document and other.side <> one.side
            inner join present as twin on twin.document = one.document and twin.side = other.side
            group by one.document, one.side, other.side, one.profile
            """
        )
        return duck.sql(
            """
            with open_one as (
                select document, side, other_side, list(profile order by profile) as profiles
                from across
                where not is_there
                group by document, side, other_side
            )

            select a.profiles, b.profiles, one.profiles
            from open_one as one
            inner join open_one as other
                on other.document = one.document and other.side = one.other_side and other.other_side = one.side
            inner join whole as a on a.document = one.document and a.side = one.side
            inner join whole as b on b.document = one.document and b.side = one.other_side
            where one.side < one.other_side
            """
        ).fetchall()


def _mutual(
    profiles: list[int], others: list[int], open_ones: list[int], known: Identities, component: Roots
) -> Iterable[Edge]:
    for one in open_ones:
        match = _best(one, others, known, component)
        if match is None or component[match] == component[one]:
            continue
        back = _best(match, profiles, known, component)
        if back is not None and component[back] == component[one]:
            yield Edge(*ordered(one, match), "document_chain", CHAIN_RANK)
