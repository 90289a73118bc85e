"""Run-time homes of tests: the settings point at one while it is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.settings import settings
from pipelines.store import Store


@contextmanager
def open_home(folder: Path, parsed: Path) -> Iterator[Store]:
    """A home in `folder`; what tests have parsed of the dbt project, nearly always the same, is shared in `parsed`."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HUILIU_HOME", str(folder))
        environment.delenv("HUILIU_EXPORTS", raising=False)
        # A fifth of the time of a small delivery; tests that read the pages switch them on.
        environment.setenv("HUILIU_EXPECTATION_PAGES", "0")
        settings.cache_clear()
        store = Store(folder)
        store.prepare()
        store.parsed.symlink_to(parsed)
        yield store
    settings.cache_clear()
