"""The ingest DAG gives the step the Airflow connection its contract names, and keeps its secret to itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pipelines.settings import PROJECT
from pipelines.store import Store
from tests.pipeline.fetch import servers
from tests.pipeline.fetch.test_sftp import USERS, send
from tests.pipeline.fetch.way import files_with

RUN = """
from airflow.dag_processing.dagbag import DagBag
run = DagBag().dags["ingest_police_drug_user"].test()
print("state:", run.state)
"""


def test_a_dag_run_fetches_through_an_airflow_connection(store: Store, sftp: servers.Sftp, tmp_path: Path) -> None:
    send(sftp, "d1", USERS)
    airflow = tmp_path / "airflow"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "HUILIU"))},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "AIRFLOW_HOME": str(airflow),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_CONN_POLICE_SFTP": sftp.uri(),
        "HUILIU_HOME": str(store.home),
        "HUILIU_SERVERS": "production",
        "HUILIU_SCHEDULED": "false",
    }

    def run(*command: str) -> str:
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert ended.returncode == 0, ended.stderr[-2000:]
        return ended.stdout + ended.stderr

    run(sys.executable, "-m", "airflow", "db", "migrate")
    said = run(sys.executable, "-c", RUN)
    assert "state: success" in said
    assert (store.staging_of("police_drug_user", "d1") / "rows.parquet").exists()
    assert "s3cret" not in said
    assert files_with("s3cret", airflow) == []
    assert files_with("s3cret", store.home) == []
