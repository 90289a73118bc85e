"""Scoring with Splink from a frozen model and frozen name frequencies; nothing is estimated here.

Splink is imported where it is used: half a second that only this step pays.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from pipelines.duck import connect
from pipelines.link.cluster import Clusters
from pipelines.link.compatible import UNKNOWN_SEXES
from pipelines.link.spec import BLOCK_CONDITION, BLOCKING, COMPARISONS, MODEL_VERSION, THRESHOLDS, Comparison

MODELS = Path(__file__).parent / "model"
MODEL_FILE = "model.json"
FREQUENCY_FILE = "tf_name_key.csv"


def _comparison(comparison: Comparison) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.null_sql, "label_for_charts": "missing", "is_null_level": True}
    ]
    for level in comparison.levels:
        wanted: dict[str, Any] = {
            "sql_condition": "ELSE" if level.sql == "else" else level.sql,
            "label_for_charts": level.name,
        }
        if level.frequency_of:
            wanted |= {"tf_adjustment_column": level.frequency_of, "tf_adjustment_weight": 1.0}
        levels.append(wanted)
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def untrained_settings() -> dict[str, Any]:
    """Splink settings as the specification declares them, without any probability learned."""
    condition = f"{BLOCK_CONDITION} and l.component <> r.component"
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "comparisons": [_comparison(comparison) for comparison in COMPARISONS],
        "blocking_rules_to_generate_predictions": [f"({rule}) and {condition}" for rule in BLOCKING],
        "probability_two_random_records_match": THRESHOLDS.prior_probability,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
    }


def frozen_settings(version: str = MODEL_VERSION) -> dict[str, Any]:
    """The declared settings with the probabilities of a frozen model.

    Raises ValueError when the model was trained for other comparisons than those declared.
    """
    trained = json.loads((MODELS / version / MODEL_FILE).read_text(encoding="utf-8"))
    settings = untrained_settings()
    for wanted, learned in zip(settings["comparisons"], trained["comparisons"], strict=True):
        for level, known in zip(wanted["comparison_levels"], learned["comparison_levels"], strict=True):
            if level["sql_condition"] != known["sql_condition"]:
                raise ValueError(
                    f"link model {version} was trained for another comparison of {wanted['output_column_name']}; "
                    "train a new version (`huiliu link train`) and name it in pipelines/link/spec.py"
                )
            level |= {name: known[name] for name in ("m_probability", "u_probability") if name in known}
    return settings


def register(
    duck: duckdb.DuckDBPyConnection,
    profiles: pa.Table,
    clusters: Clusters,
    disputed: Iterable[int] = (),
    version: str | None = None,
) -> None:
    """Make table `profile` as the comparisons see it: a profile carries the number of the cluster it is certainly in.

    Profiles `disputed` (by position) carry none. With the `version` of a model each name has the frequency frozen with
    it; one the table does not hold gets the declared one.
    """
    held = clusters.numbers()
    for position in disputed:
        held[position] = None
    rows = profiles.drop_columns(["id_no_kind", "id_no"]).append_column("component", pa.array(clusters.roots()))
    for place, name in enumerate(("id_no_kind", "id_no")):
        rows = rows.append_column(name, pa.array([number and number[place] for number in held], pa.string()))
    duck.register("profile_rows", rows)
    unknown = ", ".join(f"'{sex}'" for sex in sorted(UNKNOWN_SEXES))
    known = f"coalesce(tf_name_key, {THRESHOLDS.unseen_name_frequency})"
    frequency = f"case when name_key is not null then {known} end as tf_name_key"
    duck.sql(
        f"""
        create table profile as
        select place as unique_id, component, name_key, former_key, name_sound, name_order, surname, birth,
            case when sex not in ({unknown}) then sex end as sex, hukou_code, residence_code, id_no_kind, id_no
            {", " + frequency if version else ""}
        from profile_rows
        {f"left join {_frequencies(version)} frequency using (name_key)" if version else ""}
        order by unique_id
        """
    )


def _frequencies(version: str) -> str:
    path = MODELS / version / FREQUENCY_FILE
    return (
        f"read_csv('{path}', header = true, delim = ',', columns = {{'name_key': 'varchar', 'tf_name_key': 'double'}})"
    )


def quiet_splink() -> None:
    """Keep Splink from writing settings and progress to the log."""
    logging.getLogger("splink").setLevel(logging.ERROR)


def score(profiles: pa.Table, clusters: Clusters, version: str = MODEL_VERSION) -> pd.DataFrame:
    """Scored pairs of profiles of different clusters, by their positions.

    Columns: unique_id_l, unique_id_r, match_weight, match_probability and gamma per comparison.
    """
    from splink import DuckDBAPI, Linker

    quiet_splink()
    with connect() as duck:
        register(duck, profiles, clusters, version=version)
        api = DuckDBAPI(connection=duck)
        linker = Linker(api.register("profile"), frozen_settings(version), log_level=logging.ERROR)
        scored = linker.inference.predict(threshold_match_weight=THRESHOLDS.review_weight)
        pairs = scored.as_pandas_dataframe()
    levels = [f"gamma_{comparison.name}" for comparison in COMPARISONS]
    pairs = pairs[["unique_id_l", "unique_id_r", "match_weight", "match_probability", *levels]].copy()
    # Sums of logarithms differ in their last bits between plans; beyond nine decimals they say nothing.
    pairs["match_weight"] = pairs["match_weight"].round(9)
    pairs["match_probability"] = pairs["match_probability"].round(9)
    return pairs.sort_values(["unique_id_l", "unique_id_r"], ignore_index=True)
