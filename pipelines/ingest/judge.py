"""Judge: read a landed delivery in the sandbox, conform its rows, and give every row its verdicts.

The result under `private/judged/` is an intermediate of one delivery: conformed rows, verdicts and facts about
the delivery as a whole. It decides nothing; `stage` does.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipelines.codes import code_tables
from pipelines.contracts import Contract
from pipelines.duck import connect
from pipelines.ingest.conform_rows import GIVEN, IN_FORCE, ROW_FACTS, conform_rows
from pipelines.ingest.delivery import Delivery, find_delivery
from pipelines.ingest.reader.rows import ERROR_CELL, OTHER_ENCODING, TEXT_ROWS, UNDECODABLE
from pipelines.ingest.verdicts import quoted, verdict_sql
from pipelines.settings import PROJECT, settings
from pipelines.store import Json, Store, fingerprint, fresh_folder, read_json, write_json

FACTS = "facts.json"
# The reader sees none of our environment: no passwords, no settings.
READER_ENVIRONMENT = {
    "PYTHONPATH": str(PROJECT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "LC_ALL": "C.UTF-8",
    # Pools and threads of libraries reserve address space by the core; the limit is on address space.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OPENBLAS_NUM_THREADS": "1",
}


def read_delivery(delivery: Delivery, contract: Contract, out: Path) -> Json:
    """Run the sandboxed reader; returns its reading, with `error` set when the files cannot be read."""
    options = settings()
    job = {
        "files": [str(path) for path in delivery.paths],
        "format": contract.format,
        "options": contract.format_options,
        "headers": list(contract.headers),
        "date_headers": [column.header for column in contract.columns if column.type in ("date", "timestamp")],
        "out": str(out),
        "limit_bytes": options.reader_max_mb << 20,
        "output_bytes": 3 * options.reader_max_mb << 20,
        "memory_bytes": options.reader_memory_mb << 20,
        "seconds": options.reader_seconds,
    }
    write_json(out / "job.json", job)
    command = [sys.executable, "-m", "pipelines.ingest.reader", str(out / "job.json")]
    try:
        ended = subprocess.run(
            command,
            env=READER_ENVIRONMENT,
            cwd=out,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=options.reader_seconds + 30,
            check=False,
        )
        code = ended.returncode
    except subprocess.TimeoutExpired:
        code = -signal.SIGXCPU
    (out / "job.json").unlink()
    reading = read_json(out / "reading.json")
    if not reading or code != 0:
        name = delivery.files[0] if delivery.files else delivery.delivery_id
        # The reader's own output may quote the file, so it is not repeated here.
        return {"error": f"{name}: the reader was stopped ({_stopped_by(code)}); send the export in smaller deliveries"}
    (out / "reading.json").unlink()
    return reading


def _stopped_by(code: int) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "reading it takes more time than allowed"
    if code in (-signal.SIGABRT, -signal.SIGSEGV):
        return "reading it takes more memory than allowed"
    return f"exit {code}"


def _header_facts(reading: Json, contract: Contract) -> Json:
    """Missing and unknown columns. Unknown names are only repeated when most of the header is the agreed one:
    a file without a header shows its first row there, and that row may name a person."""
    found, wanted = list(reading["headers"]), set(contract.headers)
    missing = [name for name in contract.headers if name not in found]
    unknown = [name for name in found if name not in wanted]
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


def _split_duplicates(raw: pd.DataFrame, contract: Contract) -> tuple[pd.DataFrame, pd.Series]:
    """Rows without exact repetitions, and the line numbers of the repetitions (the first one stays)."""
    repeated = raw.duplicated(subset=list(contract.headers), keep="first")
    return raw[~repeated].reset_index(drop=True), raw.loc[repeated, "line_number"]


def _judge_rows(source: Path, contract: Contract, reading: Json, out: Path) -> int:
    """Write rows.parquet, raw.parquet and verdicts.parquet; returns the number of exact duplicate rows."""
    with pa.OSFile(str(source)) as stream:
        table = pa.ipc.open_stream(stream).read_all()
    raw = table.cast(
        pa.schema([(f.name, pa.string() if f.name in contract.headers else f.type) for f in table.schema])
    ).to_pandas()
    raw["whole"] = raw.pop("fields") == reading["width"]
    flaws = raw.pop("flaws")
    for name, bit in (("decoded", UNDECODABLE), ("agreed_encoding", OTHER_ENCODING), ("computed", ERROR_CELL)):
        raw[name] = flaws & bit == 0
    raw, repeated = _split_duplicates(raw, contract)
    conformed = conform_rows(raw, contract, code_tables())
    with connect() as duck:
        duck.register("conformed", pa.Table.from_pandas(conformed, preserve_index=False))
        duck.register("raw", pa.Table.from_pandas(raw, preserve_index=False))
        verdicts = duck.sql(verdict_sql(contract, "conformed"))
        verdicts.write_parquet(str(out / "verdicts.parquet"))
        judged_by = {name for name in conformed.columns if name.endswith((GIVEN, IN_FORCE))} | set(ROW_FACTS)
        kept = [quoted(name) for name in conformed.columns if name not in judged_by]
        struct = ", ".join(f"{quoted(header)} := raw.{quoted(header)}" for header in contract.headers)
        selected = ", ".join(f"conformed.{name}" for name in kept)
        duck.sql(
            f"select {selected}, struct_pack({struct}) as raw from conformed join raw using (line_number) "
            "order by line_number"
        ).write_parquet(str(out / "rows.parquet"))
    return len(repeated)


def judge(store: Store, contract: Contract, delivery_id: str) -> Path:
    """Read and judge one delivery into `private/judged/<dataset>/<delivery_id>/`; returns that folder.

    Nothing raised here concerns the content of the file: what is wrong with it stands in `facts.json` and in
    the verdicts. The same content under the same contract is not judged twice.
    """
    delivery = find_delivery(store, contract.dataset, delivery_id)
    final = store.judged / contract.dataset / delivery_id
    inputs = fingerprint([delivery.sha256, contract.fingerprint, delivery.manifest])
    if read_json(final / FACTS).get("inputs") == inputs:
        return final
    with fresh_folder(final) as fresh:
        reading: Json = {}
        if "duplicate_of" not in delivery.manifest:
            reading = read_delivery(delivery, contract, fresh)
        facts = _facts(delivery, reading)
        if not facts["read_error"] and not facts["duplicate_of"]:
            facts |= _header_facts(reading, contract)
        facts["duplicates"] = 0
        if reading and not facts["read_error"] and not facts["missing_columns"]:
            facts["duplicates"] = _judge_rows(fresh / TEXT_ROWS, contract, reading, fresh)
        (fresh / TEXT_ROWS).unlink(missing_ok=True)
        facts["inputs"] = inputs
        (fresh / FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    return final
