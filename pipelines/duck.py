"""DuckDB connections with memory, threads and temporary folder set by us, not guessed from the host."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.settings import settings

_BATCH = 65536


def connect(path: Path | str = ":memory:", *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a database file (or memory) under the configured limits. Never reaches the network."""
    options = settings()
    scratch = options.home_path / "private" / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    return duckdb.connect(
        str(path),
        read_only=read_only,
        config={
            "memory_limit": options.memory_limit,
            "threads": options.threads,
            "temp_directory": str(scratch),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )


def text_table(frame: pd.DataFrame, columns: Iterable[str]) -> pa.Table:
    """Columns of text or None as DuckDB reads them fastest, and `place`, the row's place from 0.

    The type is declared: of a column that is nearly empty DuckDB would guess it from a sample.
    """
    texts = {name: pa.array(frame[name].to_numpy(dtype=object), pa.string(), from_pandas=True) for name in columns}
    return in_batches(pa.table({"place": np.arange(len(frame)), **texts}))


def in_batches(table: pa.Table) -> pa.Table:
    """The table cut in batches: of one batch only one thread would read."""
    whole = table.combine_chunks()
    return pa.Table.from_batches(whole.to_batches(max_chunksize=_BATCH), whole.schema)
