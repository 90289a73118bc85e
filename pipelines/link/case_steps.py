"""The steps of criminal procedure records tell of, by which a case can be followed where no number leads on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.duck import connect

POLICE, PROCURATORATE, COURT, EXECUTION = range(4)


@dataclass(frozen=True)
class Step:
    """A dataset whose records are steps of a case: their stage, days, region, and which of them count.

    `final` is a condition under which nothing follows: who is not charged is not tried.
    """

    dataset: str
    stage: int
    days: tuple[str, ...]
    region: str | None = None
    counts: str = "true"
    final: str = "false"


STEPS = (
    Step("police_case_suspect", POLICE, ("filed_date", "arrested_date", "detained_date"), "handling_region_code"),
    Step(
        "procuratorate_charge",
        PROCURATORATE,
        ("arrest_requested_date", "arrest_decision_date", "review_received_date", "charge_decision_date"),
        "procuratorate_region_code",
        final="charge_decision = '不起诉'",
    ),
    Step("court_judgment", COURT, ("received_date", "judgment_date"), "court_region_code"),
    Step("court_delivery", EXECUTION, ("effective_date",)),
    # Prisons export people sentenced for anything; courts export drug offences alone.
    Step("prison_admission", EXECUTION, ("admitted_date",), counts="is_drug_offence"),
    Step("corrections_supervision", EXECUTION, ("received_date",)),
)
COLUMNS = ("dataset", "record_key", "stage", "began", "ended", "region_code", "is_final")


def _select(step: Step, path: str) -> str:
    days = ", ".join(f"cast({day} as date)" for day in step.days)
    return f"""
        select '{step.dataset}' as dataset, record_key, {step.stage} as stage, least({days}) as began,
            greatest({days}) as ended, {step.region or "cast(null as varchar)"} as region_code,
            coalesce({step.final}, false) as is_final
        from read_parquet('{path}')
        where is_current and not is_deleted and coalesce({step.counts}, false)
    """


def read_steps(records: dict[str, str]) -> pd.DataFrame:
    """One row per alive current record that is a step (`COLUMNS`), from the records files by dataset."""
    parts = [_select(step, records[step.dataset]) for step in STEPS if step.dataset in records]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    with connect() as duck:
        return duck.sql(" union all ".join(parts)).df()
