"""Judge: read a landed delivery in the sandbox, conform its rows, and give every row its verdicts.

The result under `private/judged/` is an intermediate of one delivery: conformed rows, verdicts and facts about
the delivery as a whole. It decides nothing; `stage` does.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.codes import code_tables
from pipelines.contracts import Contract
from pipelines.contracts.corrections import OwnCorrection, corrections_of
from pipelines.duck import connect
from pipelines.ingest.amend import amend
from pipelines.ingest.coded import read_text, repetitions
from pipelines.ingest.conform_rows import GIVEN, IN_FORCE, ROW_FACTS, conform_rows
from pipelines.ingest.delivery import Delivery, find_delivery
from pipelines.ingest.reader.rows import ERROR_CELL, OTHER_ENCODING, TEXT_ROWS, UNDECODABLE
from pipelines.ingest.resent import REASON, REFERENCE, corrected_id
from pipelines.ingest.row_file import spelled_out, stacked, write_rows
from pipelines.ingest.sandbox import run_reader
from pipelines.ingest.verdicts import rules_of, verdict_sql
from pipelines.settings import settings
from pipelines.store import Json, Store, fingerprint, fresh_folder, read_json, write_json

FACTS, VERDICTS, ROWS, REFUSED = "facts.json", "verdicts.parquet", "rows.parquet", "refused.parquet"
# Of a correction: which line of what it corrects each row stands for, where the resent file says so.
REFERENCES = "references.parquet"
# Arrow's own allocator gives back at once what the next batch asks for again, which took a third of conforming.
pa.set_memory_pool(pa.system_memory_pool())
_FLAWS = (UNDECODABLE, OTHER_ENCODING, ERROR_CELL)


def _format(delivery: Delivery, contract: Contract) -> tuple[str, Json]:
    """How the files are read: as agreed, but a return file that comes back is a workbook whatever was agreed."""
    if corrected_id(delivery) and all(name.lower().endswith(".xlsx") for name in delivery.files):
        return "xlsx", contract.format_options if contract.format == "xlsx" else {}
    return contract.format, contract.format_options


def read_delivery(delivery: Delivery, contract: Contract, out: Path) -> Json:
    """Run the sandboxed reader; returns its reading, with `error` set when the files cannot be read."""
    options = settings()
    file_format, format_options = _format(delivery, contract)
    job = {
        "files": [str(path) for path in delivery.paths],
        "format": file_format,
        "options": format_options,
        "headers": [*contract.headers, *([REFERENCE] if corrected_id(delivery) else [])],
        "date_headers": [column.header for column in contract.columns if column.type in ("date", "timestamp")],
        "out": str(out),
        "limit_bytes": options.reader_max_mb << 20,
        "output_bytes": 3 * options.reader_max_mb << 20,
        "memory_bytes": options.reader_memory_mb << 20,
        "seconds": options.reader_seconds,
    }
    write_json(out / "job.json", job)
    code = run_reader(out / "job.json", options.reader_seconds + 30)
    (out / "job.json").unlink()
    reading = read_json(out / "reading.json")
    if not reading or code != 0:
        name = delivery.files[0] if delivery.files else delivery.delivery_id
        return {"error": f"{name}: the reader was stopped ({_stopped_by(code)}); send the export in smaller deliveries"}
    (out / "reading.json").unlink()
    return reading


def _stopped_by(code: int) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "reading it takes more time than allowed"
    if code in (-signal.SIGABRT, -signal.SIGSEGV):
        return "reading it takes more memory than allowed"
    return f"exit {code}"


def _header_facts(reading: Json, contract: Contract, added: tuple[str, ...]) -> Json:
    """Missing and unknown columns. Unknown names are only repeated when most of the header is the agreed one:
    a file without a header shows its first row there, and that row may name a person. Headers a return file
    adds are known."""
    found, wanted = list(reading["headers"]), set(contract.headers)
    missing = [c.header for c in contract.columns if c.header not in found and not c.optional_header]
    unknown = [name for name in found if name not in wanted and name not in added]
    if len(missing) > len(wanted) // 2:
        return {"missing_columns": missing, "unknown_columns": [f"{len(unknown)} not named here"]}
    return {"missing_columns": missing, "unknown_columns": unknown}


def _facts(delivery: Delivery, reading: Json) -> Json:
    """What is known of the delivery as a whole, before any row is looked at."""
    claimed_hash = delivery.manifest.get("sha256")
    claimed_rows = delivery.manifest.get("rows")
    rows = int(reading.get("rows", 0))
    return {
        "read_error": reading.get("error"),
        "duplicate_of": delivery.manifest.get("duplicate_of"),
        "reused_id": delivery.manifest.get("reused_id"),
        "sha256_matches": claimed_hash in (None, delivery.sha256),
        "rows": rows,
        "rows_claimed": rows if claimed_rows is None else int(claimed_rows),
        "non_data": int(reading.get("non_data", 0)),
        "missing_columns": [],
        "unknown_columns": [],
    }


def _row_facts(text: pa.Table, width: int) -> dict[str, pa.Array]:
    flaws = text["flaws"]
    none = pa.scalar(0, pa.uint8())
    flawless = (pc.equal(pc.bit_wise_and(flaws, pa.scalar(bit, pa.uint8())), none) for bit in _FLAWS)
    return dict(zip(ROW_FACTS, (pc.equal(text["fields"], width), *flawless), strict=True))


def _conformed(raw: pa.Table, contract: Contract) -> pa.Table:
    """The rows conformed, batch by batch as they were read, several at once."""
    tables = code_tables()

    def conformed(batch: pa.Table) -> pa.Table:
        table = conform_rows(batch, contract, tables)
        return table.cast(spelled_out(table))

    # Of no rows there is no batch, but there are columns.
    batches = [pa.Table.from_batches([batch]) for batch in raw.to_batches()] or [raw]
    with ThreadPoolExecutor(settings().threads) as side_by_side:
        return stacked(list(side_by_side.map(conformed, batches)))


def _verdicts(conformed: pa.Table, contract: Contract) -> pa.Table:
    """The verdicts in the order of the rows."""
    with connect() as duck:
        duck.register("conformed", conformed)
        verdicts = duck.sql(verdict_sql(contract, "conformed")).to_arrow_table()
    if not verdicts["line_number"].equals(conformed["line_number"]):
        verdicts = verdicts.sort_by("line_number")
    return verdicts


def _with_left_out(text: pa.Table, contract: Contract) -> pa.Table:
    """The text with an empty column for every header the agency may leave out and did."""
    for header in contract.headers:
        if header not in text.column_names:
            text = text.append_column(header, pa.nulls(text.num_rows, pa.string()).dictionary_encode())
    return text


def _write_references(text: pa.Table, out: Path) -> None:
    """Write which line of the corrected delivery each row stands for; what is no line number says nothing."""
    named = [re.fullmatch(r"'?([0-9]{1,12})", (value or "").strip()) for value in text[REFERENCE].to_pylist()]
    lines = pa.array([int(found[1]) if found else None for found in named], pa.int64())
    pq.write_table(pa.table({"line_number": text["line_number"], "reference": lines}), out / REFERENCES)


def _judge_rows(source: Path, contract: Contract, reading: Json, ours: Sequence[OwnCorrection], out: Path) -> Json:
    """Write verdicts.parquet, and the rows that keep every `error` rule and those that do not as rows.parquet and
    refused.parquet; returns the number of exact duplicate rows and what our own corrections did.

    Typed columns are made from corrected text; the text beside them is that of the agency."""
    text = _with_left_out(read_text(source), contract)
    repeated = repetitions(text, [column.header for column in contract.key], contract.headers)
    if len(repeated):
        text = text.filter(pa.array(~np.isin(np.arange(text.num_rows), repeated)))
    if REFERENCE in text.column_names:
        _write_references(text, out)
    raw = text.select(contract.headers)
    facts = {"line_number": text["line_number"], **_row_facts(text, reading["width"])}
    amended, done = amend(raw, text["line_number"], contract, ours, out)
    columns = facts | {name: amended[name] for name in contract.headers}
    conformed = _conformed(pa.table(columns), contract)
    verdicts = _verdicts(conformed, contract)
    errors = [rule.rule_id for rule in rules_of(contract) if rule.severity == "error"]
    kept = reduce(pc.and_, (verdicts[name] for name in errors))
    names = [n for n in conformed.column_names if not n.endswith((GIVEN, IN_FORCE)) and n not in ROW_FACTS]
    typed = conformed.select(names)
    with ThreadPoolExecutor(1) as beside:
        others = [
            beside.submit(pq.write_table, verdicts, out / VERDICTS, use_dictionary=False, write_statistics=False),
            beside.submit(write_rows, typed, raw, pc.invert(kept), out / REFUSED),
        ]
        write_rows(typed, raw, kept, out / ROWS)
        for other in others:
            other.result()
    return {"duplicates": len(repeated), **done}


def judge(store: Store, contract: Contract, delivery_id: str) -> Path:
    """Read and judge one delivery into `private/judged/<dataset>/<delivery_id>/`; returns that folder.

    Nothing raised here concerns the content of the file: what is wrong with it stands in `facts.json` and in
    the verdicts. The same content under the same contract and corrections
    is not judged twice.
    """
    delivery = find_delivery(store, contract.dataset, delivery_id)
    final = store.judged / contract.dataset / delivery_id
    ours = corrections_of(contract)
    told = [correction.content for correction in ours]
    inputs = fingerprint([delivery.sha256, contract.fingerprint, delivery.manifest, *told])
    if read_json(final / FACTS).get("inputs") == inputs:
        return final
    with fresh_folder(final) as fresh:
        reading: Json = {}
        if "duplicate_of" not in delivery.manifest:
            reading = read_delivery(delivery, contract, fresh)
        facts = _facts(delivery, reading)
        if not facts["read_error"] and not facts["duplicate_of"]:
            added = (REFERENCE, REASON) if corrected_id(delivery) else ()
            facts |= _header_facts(reading, contract, added)
        facts["duplicates"] = 0
        if reading and not facts["read_error"] and not facts["missing_columns"]:
            facts |= _judge_rows(fresh / TEXT_ROWS, contract, reading, ours, fresh)
        (fresh / TEXT_ROWS).unlink(missing_ok=True)
        facts["inputs"] = inputs
        (fresh / FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    return final
