"""Settings: the only module that reads the environment. Every value has an embedded default."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

# Nothing calls home: read by dbt, Great Expectations and others when they are imported.
for _name, _value in (
    ("DO_NOT_TRACK", "1"),
    ("GX_ANALYTICS_ENABLED", "false"),
    ("DBT_SEND_ANONYMOUS_USAGE_STATS", "false"),
):
    os.environ.setdefault(_name, _value)

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Read from `HUILIU_*` variables; paths are made absolute, sizes are DuckDB size strings."""

    model_config = SettingsConfigDict(env_prefix="HUILIU_")

    home: Path = Field(Path("data"), description="Everything made at run time lies under this folder.")
    exports: Path | None = Field(None, description="Drop folder of the agencies; default HOME/exports.")
    contracts: Path = Field(PROJECT / "expectations", description="Folder of the data contracts.")
    warehouse: Path = Field(PROJECT / "warehouse", description="Folder of the dbt project.")
    dags: Path = Field(PROJECT / "dags", description="Folder of the DAGs.")
    ledger_url: str | None = Field(None, description="SQLAlchemy URL; default SQLite under HOME/private.")
    servers: str = Field("drop", description="Which servers entry of a contract is used; names in order of choice.")
    province: str = Field("430000", description="GB/T 2260 code of the province the figures are about.")
    memory_limit: str = Field("4GB", description="DuckDB memory limit of one step.")
    threads: int = Field(2, ge=1, description="DuckDB threads of one step.")
    reader_memory_mb: int = Field(2048, ge=256, description="Address space of the sandboxed reader.")
    reader_seconds: int = Field(300, ge=5, description="Wall clock of the sandboxed reader.")
    reader_max_mb: int = Field(1024, ge=1, description="Largest decoded export that is read.")
    keep_releases: int = Field(14, ge=1, description="Releases kept beside the current one.")
    parallel_tasks: int = Field(3, ge=1, description="Tasks that run at once in the embedded Airflow.")
    expectation_pages: bool = Field(True, description="Whether every check also leaves the library's own pages.")
    scheduled: bool = Field(True, description="False in a batch run: DAGs then run only when triggered.")

    @property
    def home_path(self) -> Path:
        """Absolute run-time home."""
        return self.home.expanduser().resolve()

    @property
    def exports_path(self) -> Path:
        """Absolute drop folder."""
        return (self.exports or self.home / "exports").expanduser().resolve()

    @property
    def server_names(self) -> list[str]:
        """Names of `servers` entries in order of choice."""
        return [name.strip() for name in self.servers.split(",") if name.strip()]

    @staticmethod
    def connection(name: str) -> str | None:
        """URI of a connection from `HUILIU_CONNECTION_<NAME>`; it holds a secret, so it is never printed."""
        return os.environ.get(f"HUILIU_CONNECTION_{name.upper()}") or None

    @property
    def ledger_database(self) -> str:
        """SQLAlchemy URL of the ledger."""
        return self.ledger_url or f"sqlite:///{self.home_path / 'private' / 'ledger.db'}"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process (tests call `settings.cache_clear()` after changing the environment)."""
    return Settings()  # type: ignore[call-arg]


def child_environment(**changes: str) -> dict[str, str]:
    """The environment of a program we start: ours with `changes`, without what the caller configures of Airflow."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW_")}
    return {**kept, **changes}
