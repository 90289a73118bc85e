"""Where commands print, and which errors are told in one line."""

from __future__ import annotations

from rich.console import Console

console = Console(highlight=False, soft_wrap=True)


def expected_errors() -> tuple[type[Exception], ...]:
    """Errors whose message already says what, where and what to do next."""
    import duckdb

    return (ValueError, KeyError, FileNotFoundError, BlockingIOError, RuntimeError, duckdb.Error)
