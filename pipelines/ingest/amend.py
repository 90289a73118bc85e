"""Apply our own corrections to the text of a delivery, between reading and judging; the original text is kept.

The guard: a correction whose rows have come without the error is not needed any more, and somebody has to say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.conform.text import clean
from pipelines.contracts import Contract
from pipelines.contracts.corrections import OwnCorrection, corrections_of
from pipelines.ingest.coded import coded
from pipelines.ingest.delivery import landed_deliveries, receipt_of
from pipelines.ingest.history import in_export_order
from pipelines.store import Json, Store

# Which rows of a delivery were corrected by which correction.
AMENDED = "amended.parquet"


def _agree(text: pa.Table, contract: Contract, wanted: Mapping[str, str]) -> pa.Array:
    """Which rows have the wanted text in every column, however full-width or spaced it is written."""
    flags = []
    for name, value in wanted.items():
        column = coded(text[contract.column(name).header])
        agrees = [clean(written or "") == clean(value) for written in [*column.values.to_pylist(), None]]
        flags.append(pa.array(np.array(agrees, np.bool_)[column.codes()]))
    return reduce(pc.and_, flags)


def _replaced(column: pa.ChunkedArray, rows: pa.Array, value: str) -> pa.ChunkedArray:
    return pc.if_else(rows, pa.scalar(value), column.cast(pa.string()))


def amend(
    text: pa.Table, lines: pa.Array, contract: Contract, corrections: Sequence[OwnCorrection], out: Path
) -> tuple[pa.Table, Json]:
    """Text of a delivery (agency's headers) with corrections applied in their order, and what they did.

    Writes `amended.parquet` (line_number, correction_id) into `out`. The facts say how many rows were corrected and,
    per correction, how many rows it is about (`seen`) and how many of those were wrong (`matched`).
    """
    facts = []
    lines_of, names = [], []
    for correction in corrections:
        about = _agree(text, contract, correction.identity)
        wrong = _agree(text, contract, correction.match)
        for name, value in correction.set.items():
            header = contract.column(name).header
            place = text.column_names.index(header)
            text = text.set_column(place, header, _replaced(text[header], wrong, value))
        matched = lines.filter(wrong)
        lines_of.append(matched)
        names += [correction.correction_id] * len(matched)
        facts.append({"id": correction.correction_id, "seen": pc.sum(about).as_py() or 0, "matched": len(matched)})
    if not corrections:
        return text, {}
    amended = pa.table({"line_number": pa.chunked_array(lines_of, pa.int64()), "correction_id": pa.array(names)})
    pq.write_table(amended, out / AMENDED)
    return text, {"corrected": len(amended["line_number"].unique()), "corrections": facts}


def guard(store: Store, contract: Contract) -> list[str]:
    """A sentence per correction whose status is not what the newest delivery about its rows shows.

    Looked for in accepted deliveries, the last exported first, that hold a row the correction is about.
    """
    landed = landed_deliveries(store, contract.dataset)
    receipts = [(delivery, receipt_of(store, contract.dataset, name)) for name, delivery in landed.items()]
    accepted = in_export_order([pair for pair in receipts if pair[1].get("status") == "accepted"])
    said = []
    for correction in corrections_of(contract):
        shown = next((facts for pair in reversed(accepted) if (facts := _seen(pair[1], correction))), None)
        name = f"{correction.file.name} correction {correction.correction_id} of {contract.dataset}"
        if shown and correction.status == "active" and not shown["matched"]:
            said.append(f"{name}: its rows came without the error, the agency has fixed it; set status: fixed")
        if shown and correction.status == "fixed" and shown["matched"]:
            said.append(f"{name}: the error is back in {shown['matched']} rows; tell the agency, set status: active")
    return said


def _seen(receipt: Json, correction: OwnCorrection) -> Json | None:
    found = (facts for facts in receipt.get("corrections", ()) if facts["id"] == correction.correction_id)
    return next((facts for facts in found if facts["seen"]), None)
