"""Shared fixtures: a fresh run-time home per test, and the contracts."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.contracts import Contract, load_contracts
from pipelines.settings import settings
from pipelines.store import Store


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run-time home of the test's own; the settings point at it."""
    monkeypatch.setenv("HUILIU_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("HUILIU_EXPORTS", raising=False)
    # A fifth of the time of a small delivery; tests that read the pages switch them on.
    monkeypatch.setenv("HUILIU_EXPECTATION_PAGES", "0")
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what tests parse of the dbt project: the same project for nearly all of them."""
    return tmp_path_factory.mktemp("parsed")


@pytest.fixture
def store(home: Path, parsed: Path) -> Store:
    """The store of the test's home, its folders made."""
    made = Store(home)
    made.prepare()
    made.parsed.symlink_to(parsed)
    return made


@pytest.fixture(scope="session")
def contracts() -> dict[str, Contract]:
    """Every contract of the project."""
    return load_contracts()
