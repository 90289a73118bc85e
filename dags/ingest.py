"""One ingest DAG per data contract: land → judge → stage.

The DAGs come from the contracts: adding a contract adds its DAG. Task bodies are one call of a step, imported
inside the task, so that parsing this file imports no data library. XCom carries delivery ids and counts only.
"""

from datetime import datetime, timedelta
from typing import Any

import pendulum
from airflow.sdk import (
    Asset,
    Connection,
    CronDataIntervalTimetable,
    dag,
    get_current_context,
    get_parsing_context,
    task,
)
from airflow.sdk.exceptions import AirflowSkipException

from pipelines.contracts.catalogue import Entry, catalogue
from pipelines.settings import settings

TIMEZONE = pendulum.timezone("Asia/Shanghai")
PREFIX = "ingest_"
SCHEDULED = settings().scheduled
# In scheduled operation a step is tried again (a full disk, a database restart); in a batch run it fails at once.
DEFAULTS = {"retries": 2 if SCHEDULED else 0, "retry_delay": timedelta(minutes=1)}

DOC = """
**{dataset}** · {entry.description}

| | |
|---|---|
| Contract | `expectations/{entry.agency}/{dataset}.yaml` |
| Schedule | `{entry.schedule}` (Asia/Shanghai), in scheduled operation only |
| Skipped | nothing waits, or nothing of what waited was accepted |
| Refused deliveries | `huiliu delivery list {dataset}`; then `huiliu delivery accept ID` or `reprocess ID` |
| Run again | safe at any time: what has been landed and staged is not loaded twice |
"""


def interval_days(context: Any) -> tuple[str | None, str | None]:
    """First and last day whose deliveries this run lands; (None, None) for a manual run: all that wait.

    A backfilled run takes the deliveries of its own data interval. A scheduled run takes those and every
    earlier one still waiting, or a delivery that came late would belong to no run at all.
    """
    kind = str(getattr(context["dag_run"].run_type, "value", context["dag_run"].run_type))
    if kind not in {"scheduled", "backfill"}:
        return None, None
    end = context["data_interval_end"].astimezone(TIMEZONE).date().isoformat()
    if kind == "scheduled":
        return "1900-01-01", end
    return context["data_interval_start"].astimezone(TIMEZONE).date().isoformat(), end


def ingest_dag(entry: Entry) -> None:
    """Make the DAG of one dataset."""
    dataset = entry.dataset

    @dag(
        dag_id=f"{PREFIX}{dataset}",
        schedule=CronDataIntervalTimetable(entry.schedule, timezone=TIMEZONE) if SCHEDULED else None,
        start_date=datetime(2025, 1, 1, tzinfo=TIMEZONE),
        catchup=False,
        max_active_runs=1,
        default_args={**DEFAULTS, "owner": entry.agency},
        tags=[entry.agency, "ingest"],
        description=entry.description,
        doc_md=DOC.format(dataset=dataset, entry=entry),
    )
    def ingest() -> None:
        @task
        def land() -> list[str]:
            """Fetch and keep what the agency offers; gives the ids of the deliveries to judge."""
            from pipelines import steps

            # The Airflow connection outranks the environment; its secrets are masked and never returned.
            uri = Connection.get(entry.connection).get_uri() if entry.connection else None
            ids = steps.land(dataset, *interval_days(get_current_context()), connection=uri)
            if not ids:
                raise AirflowSkipException(f"{dataset}: nothing waits")
            return ids

        @task
        def judge(delivery_ids: Any) -> list[str]:
            """Read each delivery in a sandbox of its own and judge its rows; gives their ids."""
            from pipelines import steps

            return steps.judge(dataset, delivery_ids)

        @task(outlets=[Asset(name=f"staged/{dataset}", uri=f"huiliu://staged/{dataset}")])
        def stage(delivery_ids: Any) -> dict[str, Any]:
            """Decide about the judged deliveries and put their rows in place; gives the row accounts."""
            from pipelines import steps

            accounts = steps.stage(dataset, delivery_ids)
            if not any(account["status"] == "accepted" for account in accounts.values()):
                # The asset changes only when rows were staged: a skipped task emits nothing.
                raise AirflowSkipException(f"{dataset}: nothing staged of {len(accounts)} deliveries")
            return accounts

        stage(judge(land()))

    ingest()


# The process of a task parses this file too, for one DAG: making all of them took most of the time of a small task.
_only = get_parsing_context().dag_id
for _entry in catalogue(_only and _only.removeprefix(PREFIX)):
    ingest_dag(_entry)
