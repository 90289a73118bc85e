"""Overdue hand-offs of a release, each with the document numbers by which an agency finds the matter in its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pipelines.contracts import Contract
from pipelines.duck import connect
from pipelines.ingest.resolve import current_records
from pipelines.ingest.verdicts import quoted
from pipelines.publish.opened import attach
from pipelines.store import Store

HANDING, RECEIVING = "移送方", "接收方"
# What core and health leave out (minors, who is in no active view) is asked of nobody.
_OVERDUE = """
    with edge as (
        select * from warehouse.core.handoff union all by name select * from health.main.handoff
    ),

    rule as (
        select rule_id, max_by(name_zh, valid_from) as rule_name from warehouse.core.dim_handoff_rule group by rule_id
    ),

    region as (
        select region_code, max_by(
            case when region_level = 'county' then prefecture_name || region_name else region_name end, valid_from
        ) as region_name
        from warehouse.core.dim_region group by region_code
    )

    select edge.handoff_id, edge.rule_id, rule.rule_name, edge.from_agency, edge.to_agency, region.region_name,
        edge.opened_on, edge.due_on, info.as_of::date - edge.due_on as days_overdue, edge.cause, edge.answer_code,
        source.dataset, source.record_key, candidate.dataset, candidate.record_key
    from edge
    join rule using (rule_id)
    left join region on region.region_code = edge.region_code
    left join vault.source_row as source on source.source_row_token = edge.source_row_token and source.is_current
    left join vault.source_row as candidate
        on candidate.source_row_token = edge.candidate_token and candidate.is_current
    cross join mart.main.release_info as info
    where edge.status = 'overdue'
    order by edge.due_on, edge.rule_id, edge.handoff_id
"""
Record = tuple[str, str]


@dataclass(frozen=True)
class Edge:
    """One overdue hand-off as one of its two sides is asked about it; agencies, rule and answer by their codes.

    `answer_code` is the latest answer, which left it overdue; `candidate_no` the numbers of a record that may close it.
    """

    handoff_id: str
    rule_id: str
    rule_name: str
    agency: str
    side: str
    other_agency: str
    region_name: str
    document_no: str
    opened_on: date
    due_on: date
    days_overdue: int
    cause: str
    candidate_no: str
    answer_code: str

    @property
    def month(self) -> str:
        """The month it fell due, `2025-03`."""
        return f"{self.due_on:%Y-%m}"


def number_columns(contract: Contract) -> tuple[list[str], list[str]]:
    """Columns with numbers of documents, and those an agency's own register keeps a row by.

    A register number stands for a person or a stay, so it is only given where no document number is, or where both
    together are the key: the second defendant of a judgment.
    """
    documents = [column.name for column in contract.columns if column.semantic == "case_number"]
    register = [column.name for column in contract.key if column.name not in documents]
    return documents, register


def numbers_of(contract: Contract, row: dict[str, Any]) -> str:
    """The numbers of one record under the agency's own headers: `立案文号:…;嫌疑人编号:…`."""
    documents, register = number_columns(contract)
    given = [name for name in documents if row[name]]
    given += register if len(contract.key) > 1 or not given else []
    return ";".join(f"{contract.column(name).header}:{row[name]}" for name in given if row[name])


def _numbers(store: Store, contracts: dict[str, Contract], wanted: set[Record]) -> dict[Record, str]:
    """Numbers of records as they stand now, by dataset and record key."""
    paths, found = current_records(store)["datasets"], {}
    with connect() as duck:
        for dataset in sorted({dataset for dataset, _ in wanted}):
            contract = contracts[dataset]
            names = [name for part in number_columns(contract) for name in part]
            rows = duck.execute(
                f"select record_key, {', '.join(map(quoted, names))} from read_parquet(?) "
                "where is_current and list_contains(?, record_key)",
                [paths[dataset], sorted(key for of, key in wanted if of == dataset)],
            ).fetchall()
            for key, *values in rows:
                found[dataset, key] = numbers_of(contract, dict(zip(names, values, strict=True)))
    return found


def _sides(row: tuple[Any, ...], numbers: dict[Record, str]) -> list[Edge]:
    """The same hand-off as its two sides are asked; one agency on both sides is asked once, as the receiving one."""
    (handoff_id, rule_id, rule_name, sender, receiver, region, opened, due, days, cause, answered, *records) = row
    source, candidate = tuple(records[:2]), tuple(records[2:])
    pairs = {sender: (HANDING, receiver), receiver: (RECEIVING, sender)}
    return [
        Edge(
            handoff_id=handoff_id,
            rule_id=rule_id,
            rule_name=rule_name,
            agency=agency,
            side=side,
            other_agency=other,
            region_name=region or "",
            document_no=numbers.get(source, ""),
            opened_on=opened,
            due_on=due,
            days_overdue=days,
            cause=cause,
            # The record that may belong to it is the receiving side's own.
            candidate_no=numbers.get(candidate, "") if side == RECEIVING else "",
            answer_code=answered or "",
        )
        for agency, (side, other) in pairs.items()
    ]


def overdue(store: Store, contracts: dict[str, Contract], release_id: str | None = None) -> tuple[str, list[Edge]]:
    """The release and its overdue hand-offs, earliest due first, once per side.

    Raises FileNotFoundError when there is no such release.
    """
    with connect() as duck:
        release = attach(duck, store, release_id)
        rows = duck.sql(_OVERDUE).fetchall()
    records: set[Record] = {record for row in rows for record in (row[11:13], row[13:15]) if record[0]}
    numbers = _numbers(store, contracts, records)
    return release, [edge for row in rows for edge in _sides(row, numbers)]
