"""Integrate: resolve → link → (unchanged? stop) → build → check → publish, one run at a time; beside the first two the
definitions of the tables are parsed, which needs no data.

In scheduled operation any staged asset starts it. An AND of assets would never fire on a day one agency sends
nothing; the OR fires once per dataset, and the runs after the first end at `has_changed`, their input being that
of the release that stands.
"""

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Asset, AssetAny, dag, task

from pipelines.contracts.catalogue import catalogue
from pipelines.settings import settings

SCHEDULED = settings().scheduled


def _staged() -> AssetAny:
    """Any of the assets the ingest DAGs put in place."""
    return AssetAny(
        *(Asset(name=f"staged/{entry.dataset}", uri=f"huiliu://staged/{entry.dataset}") for entry in catalogue())
    )


@dag(
    schedule=_staged() if SCHEDULED else None,
    start_date=datetime(2025, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1 if SCHEDULED else 0, "retry_delay": timedelta(minutes=1)},
    tags=["integrate"],
    description="All accepted deliveries to one checked and published release",
    doc_md=__doc__,
)
def integrate() -> None:
    """All accepted deliveries to one published release."""

    @task
    def resolve() -> str:
        """Current records of every dataset; gives their fingerprint."""
        from pipelines import steps

        return steps.resolve()

    @task
    def link() -> str:
        """Persons and cases; gives the fingerprint of the identities."""
        from pipelines import steps

        return steps.link()

    @task
    def parse() -> str:
        """The definitions of the tables as dbt reads them; gives the name of what was parsed."""
        from pipelines import steps

        return steps.parse()

    @task.short_circuit
    def has_changed() -> bool:
        """Go on only when the current release was made from other inputs."""
        from pipelines import steps

        return not steps.is_current()

    @task
    def build() -> str:
        """Candidate release; gives its id."""
        from pipelines import steps

        return steps.build()

    @task
    def check(release_id: str) -> str:
        """Check the candidate; a critical failure stops here and the last good release stands."""
        from pipelines import steps

        steps.check(release_id)
        return release_id

    @task
    def publish(release_id: str) -> str:
        """Put the checked candidate in place and repoint `current`."""
        from pipelines import steps

        return steps.publish(release_id)

    candidate: Any = build()
    [resolve() >> link() >> has_changed(), parse()] >> candidate
    publish(check(candidate))


integrate()
