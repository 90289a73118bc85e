"""DAG files are light: whoever parses them, every few seconds in production, loads no data library."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings import PROJECT
from tests.e2e.conftest import environment

HEAVY = {"pandas", "duckdb", "splink", "great_expectations", "dbt", "pyarrow", "numpy"}
PARSE = """
import json, runpy, sys, time
import airflow.sdk
began = time.monotonic()
runpy.run_path(sys.argv[1])
print(json.dumps({"seconds": time.monotonic() - began, "modules": sorted(sys.modules)}))
"""


@pytest.mark.parametrize("path", sorted((PROJECT / "dags").glob("*.py")), ids=lambda path: path.name)
def test_a_dag_file_parses_without_a_data_library(path: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PARSE, str(path)],
        env={**environment(tmp_path), "AIRFLOW_HOME": str(tmp_path / "airflow"), "AIRFLOW__CORE__LOAD_EXAMPLES": "0"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    parsed = json.loads(ended.stdout.splitlines()[-1])
    print(f"{path.name} parsed in {parsed['seconds']:.2f} s")  # noqa: T201
    assert HEAVY.isdisjoint(parsed["modules"])
