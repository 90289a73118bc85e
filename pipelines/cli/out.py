"""Where commands print, and which errors are told in one line."""

from __future__ import annotations

import sys

from rich.console import Console

# Where there is no terminal to ask for its width, tables are laid out wide enough to show every heading.
WIDTH_ELSEWHERE = 140
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDTH_ELSEWHERE)


def expected_errors() -> tuple[type[Exception], ...]:
    """Errors whose message already says what, where and what to do next."""
    import duckdb

    return (ValueError, KeyError, FileNotFoundError, BlockingIOError, RuntimeError, duckdb.Error)
