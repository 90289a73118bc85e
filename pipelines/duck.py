"""DuckDB connections with memory, threads and temporary folder set by us, not guessed from the host."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.settings import settings


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
