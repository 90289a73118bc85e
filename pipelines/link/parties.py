"""Parties of a case: its records about one defendant, also where we take them for two persons.

Two persons of one case who share a number, a name or an execution notice are one party: a name or number was mistyped,
or another's number lent. Persons stay apart; only what happens in the case is followed across them. Where a document
lists two of them side by side they are two defendants, and nothing is followed; nor where a clerk holds them apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from pipelines.duck import connect, text_table
from pipelines.link.cluster import Clusters

# Datasets with one row per defendant, and the document whose defendants they list.
ROLLS = {
    "police_case_suspect": "filing_doc_no",
    "procuratorate_charge": "filing_doc_no",
    "court_judgment": "court_case_no",
    "court_delivery": "court_case_no",
}
_FIELDS = ("dataset", "case_id", "person_id", "id_no_kind", "id_no", "name", "execution_notice_no")
_ALIKE = """
    with sign as (
        select distinct case_id, person_id, unnest([
            'number ' || id_no_kind || ' ' || id_no, 'name ' || name, 'notice ' || execution_notice_no
        ]) as said
        from told
        where case_id is not null
    )

    select distinct a.case_id, a.person_id, b.person_id
    from sign a join sign b on a.case_id = b.case_id and a.said = b.said and a.person_id < b.person_id
    order by all
"""
Member = tuple[str, str]


def parties(
    mentions: pd.DataFrame, person: pd.Series, case_id: pd.Series, apart: Iterable[tuple[int, int]] = ()
) -> pd.Series:
    """The person as whom a mention takes part in its case, by mention: one for all records of a party.

    `person` and `case_id` are the ids per mention; without a case there is none. `apart` are pairs of mentions, by
    position, that a clerk holds apart.
    """
    told = text_table(mentions.assign(person_id=person, case_id=case_id), [*_FIELDS, *sorted(set(ROLLS.values()))])
    document = " ".join(f"when '{dataset}' then {document}" for dataset, document in ROLLS.items())
    with connect() as duck:
        duck.register("told", told)
        alike: list[tuple[Member, Member]] = [
            ((case, one), (case, other)) for case, one, other in duck.sql(_ALIKE).fetchall()
        ]
        members = sorted({member for pair in alike for member in pair})
        duck.register("member", pd.DataFrame(members, columns=["case_id", "person_id"], dtype=str))
        rolls = duck.sql(
            f"""
            select distinct case_id, person_id, dataset || ' ' || case dataset {document} end as roll
            from told semi join member using (case_id, person_id)
            where roll is not null
            """
        ).fetchall()
    held = [((case_id[a], person[a]), (case_id[b], person[b])) for a, b in apart if case_id[a] == case_id[b]]
    followed = _followed(members, alike, rolls, held)
    own = person.where(case_id.notna(), None)
    mixed = person.isin({one for _, one in followed}) & case_id.notna()
    places = zip(case_id[mixed], person[mixed], strict=True)
    own[mixed] = [followed.get(member, member)[1] for member in places]
    return own


def _followed(
    members: list[Member],
    alike: list[tuple[Member, Member]],
    rolls: list[tuple[str, str, str]],
    apart: list[tuple[Member, Member]],
) -> dict[Member, Member]:
    """Of every member of a party the one that stands for it; parties of two defendants of one document are none.

    `members` are sorted, so the lowest position in a cluster, its root, is the lowest id.
    """
    position = {member: place for place, member in enumerate(members)}
    held = [(position[one], position[other]) for one, other in apart if one in position and other in position]
    clusters = Clusters([(None, None)] * len(members), held)
    for one, other in alike:
        clusters.join(position[one], position[other])
    listed: dict[tuple[int, str], set[str]] = defaultdict(set)
    for case, person, roll in rolls:
        listed[clusters.root(position[case, person]), roll].add(person)
    several = {root for (root, _), people in listed.items() if len(people) > 1}
    roots = {member: clusters.root(place) for member, place in position.items()}
    return {member: members[root] for member, root in roots.items() if root not in several}
