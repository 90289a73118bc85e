"""Shared fixtures: a fresh run-time home per test, and the contracts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.contracts import Contract, load_contracts
from pipelines.store import Store
from tests.homes import open_home


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what tests parse of the dbt project."""
    return tmp_path_factory.mktemp("parsed")


@pytest.fixture
def store(tmp_path: Path, parsed: Path) -> Iterator[Store]:
    """The store of a home of the test's own; the settings point at it."""
    with open_home(tmp_path / "home", parsed) as opened:
        yield opened


@pytest.fixture
def home(store: Store) -> Path:
    """That home."""
    return store.home


@pytest.fixture(scope="session")
def contracts() -> dict[str, Contract]:
    """Every contract of the project."""
    return load_contracts()
