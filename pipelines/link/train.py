"""Training a new version of the linkage model: run on purpose, never by the pipeline.

What agreement looks like within one person (m) is counted on profiles that share a valid number and were not found
in conflict; what it looks like between strangers (u) on random pairs. Both are then frozen with the frequencies
of names as artefacts of a version, which the specification names.
"""

from __future__ import annotations

import json
import logging
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipelines.contracts import Contract
from pipelines.duck import connect
from pipelines.link.certain import Identities, same_number
from pipelines.link.cluster import Clusters
from pipelines.link.mentions import Profiles, blank_mass_used_numbers, collapse, linked_datasets, read_mentions
from pipelines.link.model import (
    FREQUENCY_FILE,
    MODEL_FILE,
    MODELS,
    quiet_splink,
    register,
    untrained_settings,
)
from pipelines.link.spec import COMPARISONS
from pipelines.link.uncollected import uncollected
from pipelines.settings import settings
from pipelines.store import Json, Store, read_json

CARD_FILE = "card.md"
# No agreement is impossible within a person and none between strangers: estimates stay inside these bounds.
LEAST_PROBABILITY = 1e-4
# A name held by fewer profiles is not written into the artefact.
LEAST_NAME_COUNT = 5


def _frequencies(profiles: pa.Table) -> pd.DataFrame:
    """Share of profiles per name key, rare names left out, sorted by name."""
    counts = profiles["name_key"].to_pandas().value_counts()
    shares = (counts / counts.sum())[counts >= LEAST_NAME_COUNT]
    return pd.DataFrame({"name_key": shares.index, "tf_name_key": shares.round(9).to_numpy()}).sort_values("name_key")


def _bounded(settings: Json) -> Json:
    """Only what was learned, kept off 0 and 1 and rounded, so that the artefact can be read and compared."""
    for comparison, declaration in zip(settings["comparisons"], COMPARISONS, strict=True):
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        for level, declared in zip(levels, declaration.levels, strict=True):
            for place, name in enumerate(("m_probability", "u_probability")):
                learned = float(level.get(name) or 0.0)
                value = declared.declared[place] if declared.declared else learned
                level[name] = round(min(max(value, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY), 6)
    del settings["linker_uid"], settings["blocking_rules_to_generate_predictions"]
    return settings


@uncollected()
def estimate(profiles: pa.Table, seed: int) -> Json:
    """What agreement of each level says, learned from profiles that share a number, and from random pairs.

    Profiles whose number is in dispute teach nothing of it.
    """
    from splink import DuckDBAPI, Linker

    quiet_splink()
    known = Identities(profiles)
    disputed = {side for pair in same_number(profiles, known).apart for side in pair}
    with connect() as duck:
        register(duck, profiles, Clusters(known.numbers()), disputed)
        linker = Linker(DuckDBAPI(connection=duck).register("profile"), untrained_settings(), log_level=logging.ERROR)
        # Random sampling in DuckDB repeats for a seed only on one thread.
        duck.sql("set threads = 1")
        linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=seed)
        duck.sql(f"set threads = {settings().threads}")
        linker.training.estimate_m_from_label_column("id_no")
        return _bounded(linker.misc.save_model_to_json(out_path=None))


def train(
    store: Store,
    contracts: dict[str, Contract],
    version: str,
    trained_on: date,
    seed: int = 1,
    models: Path = MODELS,
) -> Path:
    """Train on the current records and write `<models>/<version>/`; returns the folder.

    Raises FileExistsError when the version exists: a frozen model is never changed, a new one is named.
    """
    folder = models / version
    if (folder / MODEL_FILE).exists():
        raise FileExistsError(f"link model {version} is frozen; choose another version")
    records = read_json(store.records / "current.json")["datasets"]
    mentions = blank_mass_used_numbers(read_mentions(contracts, linked_datasets(contracts, records)))
    profiles = collapse(mentions)
    learned = estimate(profiles.table, seed)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(learned, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MODEL_FILE).write_text(text + "\n", encoding="utf-8")
    _frequencies(profiles.table).to_csv(folder / FREQUENCY_FILE, index=False, lineterminator="\n")
    (folder / CARD_FILE).write_text(_card(version, trained_on, seed, mentions, profiles), encoding="utf-8")
    return folder


def _card(version: str, trained_on: date, seed: int, mentions: pd.DataFrame, profiles: Profiles) -> str:
    numbered = len(profiles.table) - profiles.table["id_no"].null_count
    return f"""# Linkage model {version}

- Trained on {trained_on:%Y-%m-%d}, seed {seed}, on synthetic data only: {len(mentions):,} mentions, \
{len(profiles.table):,} identity profiles, {numbered:,} of them with a valid document number.
- m: counted on pairs of profiles that share a valid number and are not in conflict
  (Splink `estimate_m_from_label_column`). u: random pairs (`estimate_u_using_random_sampling`), one thread.
- Bounds: no probability below {LEAST_PROBABILITY}. Names held by fewer than {LEAST_NAME_COUNT} profiles are not in
  `{FREQUENCY_FILE}` and count as frequent as the specification says.
- Comparisons, blocking, prior and thresholds are declared in `pipelines/link/spec.py`, not here.
- Known limits: agreements within a family (birth date of twins, surname, region) are not independent, so the weight
  alone never links: see `pipelines/link/decide.py`.
"""
