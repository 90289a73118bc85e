"""How long linking persons takes at a million mentions, as a ratio to plain Splink 5 on the same cleaned mentions.

    python benchmarks/linkage.py [--people 200000] [--seed 1] [--defects hard] [--home DIR]

A province is simulated, ingested and resolved first; that is not timed, and `--home` with a province that was made
before saves it. Then three processes read the same mentions from one file: ours with training, ours with the frozen
model, and plain Splink (Jaro-Winkler and Levenshtein comparisons with term frequencies, five blocking rules, u from
random pairs and m by expectation maximisation, threshold 0.99). Pairwise precision and recall are counted against
the truth of the simulation. The last line is one JSON object: `ratio` with training on both sides, `ratio_frozen`
with trained models on both sides.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

MENTIONS = "mentions.parquet"
CLEANED = ["name", "id_no", "birth", "sex", "hukou_code", "residence_code"]
THRESHOLD = 0.99


class Clock:
    """Seconds of each part, in the order they were done."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, name: str, work: Callable[[], Any]) -> Any:
        """The result of `work`, its time noted under `name`."""
        began = time.perf_counter()
        result = work()
        self.seconds[name] = time.perf_counter() - began
        return result

    def report(self, clusters: pd.Series, folder: Path, name: str) -> dict[str, Any]:
        """Write the clusters; the times and the peak memory of this process."""
        clusters.rename("cluster").to_frame().to_parquet(folder / f"{name}.parquet")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"seconds": sum(self.seconds.values()), "times": self.seconds, "peak_mib": peak}


def prepare(folder: Path, people: int, seed: int, defects: str) -> None:
    """Simulate, ingest and resolve a province below `folder`, and write its mentions."""
    home = folder / "home"
    huiliu = Path(sys.executable).with_name("huiliu")
    environment = {**os.environ, "HUILIU_HOME": str(home), "HUILIU_EXPORTS": str(folder / "exports")}
    if not (folder / "truth").exists():
        options = ["--people", str(people), "--seed", str(seed), "--defects", defects, "--out", str(folder)]
        subprocess.run([huiliu, "simulate", *options], env=environment, check=True, stdout=sys.stderr)
    subprocess.run([sys.executable, __file__, "--ingest", str(folder)], env=environment, check=True, stdout=sys.stderr)


def ingest(folder: Path) -> None:
    """Land, judge, stage and resolve everything; write the mentions persons are linked from."""
    from pipelines import steps
    from pipelines.contracts import load_contracts
    from pipelines.ingest.resolve import current_records
    from pipelines.link.mentions import linked_datasets, read_mentions

    contracts = load_contracts()
    for dataset in contracts:
        steps.stage(dataset, steps.judge(dataset, steps.land(dataset)))
    steps.resolve()
    records = current_records(steps.open_store())["datasets"]
    read_mentions(contracts, linked_datasets(contracts, records)).to_parquet(folder / MENTIONS)


def read(folder: Path) -> pd.DataFrame:
    """The mentions as the step `link` reads them: text or None."""
    mentions = pd.read_parquet(folder / MENTIONS)
    return mentions.astype(object).where(mentions.notna(), None)


def ours(folder: Path, *, training: bool) -> dict[str, Any]:
    """Profiles, rules, document chain, model and clusters; with `training` also a new model, thrown away."""
    import splink

    from pipelines.link.link import partition
    from pipelines.link.mentions import blank_mass_used_numbers, collapse
    from pipelines.link.train import estimate

    assert splink.__version__
    mentions, clock = read(folder), Clock()
    profiles = clock.time("profiles", lambda: collapse(blank_mass_used_numbers(mentions)))
    if training:
        clock.time("training", lambda: estimate(profiles.table, seed=1))
    found = clock.time("partition", lambda: partition(mentions, profiles))
    clusters = clock.time("clusters", lambda: pd.Series(found.clusters[profiles.of_mention]))
    return clock.report(clusters, folder, "ours_trained" if training else "ours")


def plain_settings() -> Any:
    """What a user of Splink would write for these columns."""
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("id_no", [0.97, 0.9]),
            cl.JaroWinklerAtThresholds("name", [0.9, 0.7]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("birth", [1, 2]),
            cl.ExactMatch("sex"),
            cl.ExactMatch("hukou_code"),
            cl.ExactMatch("residence_code"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("id_no"),
            block_on("name", "birth"),
            block_on("name", "hukou_code", "substr(birth, 1, 4)"),
            block_on("birth", "hukou_code"),
            block_on("name", "residence_code", "sex"),
        ],
    )


def plain(folder: Path) -> dict[str, Any]:
    """Plain Splink on the mentions themselves; the times of training apart."""
    import duckdb
    from splink import DuckDBAPI, Linker, block_on

    from pipelines.link.model import quiet_splink

    quiet_splink()
    rows = read(folder)[CLEANED].reset_index(names="unique_id")
    clock = Clock()
    with duckdb.connect(config={"threads": 2}) as duck:
        duck.register("mention_rows", rows)
        texts = ", ".join(f"cast({name} as varchar) as {name}" for name in CLEANED)
        clock.time("load", lambda: duck.sql(f"create table mention as select unique_id, {texts} from mention_rows"))
        linker = Linker(DuckDBAPI(connection=duck).register("mention"), plain_settings())
        training = linker.training

        def train() -> None:
            training.estimate_probability_two_random_records_match([block_on("id_no")], recall=0.8)
            training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
            training.estimate_parameters_using_expectation_maximisation(block_on("id_no"))
            training.estimate_parameters_using_expectation_maximisation(block_on("name", "birth"))

        clock.time("training", train)
        scored = clock.time("predict", lambda: linker.inference.predict(threshold_match_probability=THRESHOLD))
        grouped = clock.time(
            "clusters", lambda: linker.clustering.cluster_pairwise_predictions_at_threshold(scored, THRESHOLD)
        )
        clusters = grouped.as_pandas_dataframe().set_index("unique_id")["cluster_id"].sort_index()
    return clock.report(clusters, folder, "plain")


def scores(folder: Path, name: str) -> dict[str, float]:
    """Pairwise precision, recall and F1 of the clusters, over mentions with a truth."""
    keys = ["dataset", "record_key", "person_group"]
    mentions = pd.read_parquet(folder / MENTIONS, columns=keys)
    mentions["cluster"] = pd.read_parquet(folder / f"{name}.parquet")["cluster"].to_numpy()
    known = mentions.merge(pd.read_parquet(folder / "truth" / "mention.parquet"), on=keys)

    def pairs(columns: list[str]) -> int:
        sizes = known.groupby(columns).size()
        return int((sizes * (sizes - 1) // 2).sum())

    both, linked, true = pairs(["cluster", "true_person"]), pairs(["cluster"]), pairs(["true_person"])
    precision, recall = both / max(linked, 1), both / max(true, 1)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}


def _in_process(folder: Path, part: str) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, __file__, "--part", part, str(folder)], stdout=subprocess.PIPE, text=True, check=True
    )
    result: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    times = "  ".join(f"{name} {seconds:.1f} s" for name, seconds in result["times"].items())
    print(f"{part:<13}{result['seconds']:7.1f} s  {result['peak_mib']:6.0f} MiB  {times}")
    return result


def compare(folder: Path) -> dict[str, Any]:
    """Run all three, print where the time goes; their ratios and scores."""
    trained, frozen, other = (_in_process(folder, part) for part in PARTS)
    own, theirs = scores(folder, "ours"), scores(folder, "plain")
    for name, found in (("ours", own), ("plain Splink", theirs)):
        print(f"{name:<13}" + "  ".join(f"{key} {value:.6f}" for key, value in found.items()))
    without_training = other["seconds"] - other["times"]["training"]
    return {
        "name": "linkage",
        "ratio": round(trained["seconds"] / other["seconds"], 2),
        "ratio_frozen": round(frozen["seconds"] / without_training, 2),
        "seconds": round(frozen["seconds"], 1),
        "peak_mib": round(max(trained["peak_mib"], frozen["peak_mib"])),
        "plain_seconds": round(other["seconds"], 1),
        "mentions": len(pd.read_parquet(folder / MENTIONS, columns=["dataset"])),
        **{name: round(value, 6) for name, value in own.items()},
        **{f"plain_{name}": round(value, 6) for name, value in theirs.items()},
    }


PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "ours_trained": lambda folder: ours(folder, training=True),
    "ours": lambda folder: ours(folder, training=False),
    "plain": plain,
}


def main() -> None:
    """Entry point; `--ingest` and `--part` are the processes it starts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--defects", default="hard", choices=["none", "default", "hard"])
    parser.add_argument("--home", type=Path, help="keep the province here, and use it when it is there")
    parser.add_argument("--ingest", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--part", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ingest:
        ingest(arguments.ingest)
        return
    if arguments.part:
        print(json.dumps(PARTS[arguments.part[0]](Path(arguments.part[1]))))
        return
    with tempfile.TemporaryDirectory(prefix="bench-linkage-") as made:
        folder = arguments.home or Path(made)
        if not (folder / MENTIONS).exists():
            prepare(folder, arguments.people, arguments.seed, arguments.defects)
        print(json.dumps(compare(folder)))


if __name__ == "__main__":
    main()
