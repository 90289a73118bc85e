"""The code tables that conforming looks values up in, as they stand in the seeds."""

from __future__ import annotations

import pytest

from pipelines.codes import CodeTables, code_tables


@pytest.fixture(scope="session")
def tables() -> CodeTables:
    return code_tables()
