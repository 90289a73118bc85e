"""How long a full build of the warehouse takes, and how that grows with the number of people.

    python benchmarks/build.py [--people 30000 100000 300000] [--seed 1] [--home DIR]

A province of three years is simulated and brought to a release for each size first; that is not timed, and `--home`
with provinces that were made before saves it. Then a process of its own builds everything again from the same records
and identities: all models and tests of dbt, the starting of dbt included. The last line is one JSON object: seconds
and peak memory of the last size and of each, and `growth`, the exponent fitted to seconds over people (1 is linear).
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
from pathlib import Path
from typing import Any

import numpy as np

DEFAULT_SIZES = (30_000, 100_000, 300_000)


def prepare(folder: Path, people: int, seed: int) -> None:
    """Simulate a province below `folder` and bring it to a release, unless that was done before."""
    home, huiliu = folder / "home", Path(sys.executable).with_name("huiliu")
    if (home / "releases" / "current").exists():
        return
    environment = {**os.environ, "HUILIU_HOME": str(home), "HUILIU_EXPORTS": str(folder / "exports")}
    simulate = [huiliu, "simulate", "--people", str(people), "--seed", str(seed), "--out", str(folder)]
    for command in (simulate, [huiliu, "run"]):
        subprocess.run(command, env=environment, check=True, stdout=sys.stderr)


def build() -> dict[str, Any]:
    """Build the release of the settings' home again; seconds and peak memory of this process (MiB)."""
    from pipelines import steps

    began = time.perf_counter()
    steps.build(again=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": time.perf_counter() - began, "peak_mib": peak}


def measure(folder: Path, people: int) -> dict[str, Any]:
    """One build in a process of its own."""
    environment = {**os.environ, "HUILIU_HOME": str(folder / "home")}
    ended = subprocess.run(
        [sys.executable, __file__, "--build"], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    result: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    print(f"{people:>9,} people  {result['seconds']:7.1f} s  {result['peak_mib']:6.0f} MiB", flush=True)
    return {"people": people, **result}


def growth(results: list[dict[str, Any]]) -> float:
    """The exponent b of seconds = a · people^b, by least squares over the logarithms."""
    people, seconds = (np.log([result[name] for result in results]) for name in ("people", "seconds"))
    return float(np.polyfit(people, seconds, 1)[0])


def main() -> None:
    """Parse arguments, make the provinces, time each build, fit the growth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=DEFAULT_SIZES, help="at least two sizes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, help="folder of provinces made before, or to keep")
    parser.add_argument("--build", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        print(json.dumps(build()))
        return
    if len(set(options.people)) < 2:
        parser.error("--people needs two different sizes or more")
    with tempfile.TemporaryDirectory() as scratch:
        results = []
        for people in options.people:
            folder = (options.home or Path(scratch)).resolve() / f"{people}-{options.seed}"
            prepare(folder, people, options.seed)
            results.append(measure(folder, people))
    largest = {name: round(results[-1][name], 1) for name in ("seconds", "peak_mib")}
    print(json.dumps({"name": "build", **largest, "growth": round(growth(results), 3), "sizes": results}))


if __name__ == "__main__":
    main()
