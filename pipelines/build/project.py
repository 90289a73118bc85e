"""The dbt project: its definitions, parsed once and kept, and its run."""

from __future__ import annotations

import json
import os
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

from pipelines.contracts import load_contracts
from pipelines.settings import settings
from pipelines.store import Json, Store, fingerprint, sha256_file, write_json

CLEARANCES = ("vault", "warehouse", "health", "mart")
_PACKAGES = ("dbt-core", "dbt-duckdb")
_PROFILE = "profiles.yml"
# Parsed forms kept: who goes back and forth between versions does not parse each time.
_KEPT = 4


class BuildError(RuntimeError):
    """dbt did not finish: names the models or tests that failed."""


def definitions() -> list[list[str]]:
    """Path and hash of every file that says what the tables mean."""
    folder = settings().warehouse
    files = [folder / "dbt_project.yml"]
    for part in ("models", "seeds", "macros", "tests"):
        files += [path for path in (folder / part).rglob("*") if path.is_file()]
    return [[str(path.relative_to(folder)), sha256_file(path)] for path in sorted(files)]


def write_profile(folder: Path, scratch: Path) -> None:
    """The dbt profile: a scratch database, and the four files of the release in `folder` attached by clearance."""
    options = settings()
    target = {
        "type": "duckdb",
        "path": str(scratch / "scratch.duckdb"),
        # Two nodes at a time: while one runs in the database, the other is made ready in Python.
        "threads": 2,
        "settings": {"memory_limit": options.memory_limit, "threads": options.threads},
        "attach": [{"path": str(folder / f"{name}.duckdb"), "alias": name} for name in CLEARANCES],
    }
    write_json(scratch / _PROFILE, {"huiliu": {"target": "build", "outputs": {"build": target}}})


def parse(store: Store) -> Path:
    """Parse the project unless its parsed form stands; returns the file. A third of a small build.

    It depends on the definitions, the names of the datasets, the province and the version of dbt, not on any data.
    Raises BuildError when dbt cannot read the project.
    """
    datasets = sorted(load_contracts())
    versions = [version(package) for package in _PACKAGES]
    key = fingerprint([definitions(), datasets, settings().province, versions])
    path = store.parsed / f"{key}.msgpack"
    if path.exists():
        return path
    from dbt.cli.main import dbtRunner
    from dbt.parser.manifest import extended_mashumaro_encoder

    with tempfile.TemporaryDirectory() as folder:
        write_profile(Path(folder), Path(folder))
        variables = {"datasets": datasets, "province": settings().province}
        outcome: Any = dbtRunner().invoke(_arguments("parse", Path(folder), variables))
    if not outcome.success:
        raise BuildError(f"dbt cannot read the project: {outcome.exception}. The last release stands.")
    store.parsed.mkdir(parents=True, exist_ok=True)
    fresh = store.parsed / f".{uuid4().hex}"
    fresh.write_bytes(outcome.result.to_msgpack(extended_mashumaro_encoder))
    os.replace(fresh, path)
    for former in sorted(store.parsed.glob("*.msgpack"), key=os.path.getmtime)[:-_KEPT]:
        former.unlink()
    return path


def run(store: Store, scratch: Path, variables: Json) -> list[Any]:
    """`dbt build` in this process with the profile in `scratch`; returns its results.

    Raises BuildError naming what failed.
    """
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    manifest = Manifest.from_msgpack(parse(store).read_bytes(), decoder=extended_mashumuro_decoder)
    outcome: Any = dbtRunner(manifest=manifest).invoke(_arguments("build", scratch, variables))
    if outcome.success:
        results: list[Any] = outcome.result.results
        return results
    found = getattr(outcome.result, "results", None) or []
    failed = [
        f"{result.node.name}: {str(result.message or '')[:200]}"
        for result in found
        if str(result.status) in ("error", "fail", "runtime error")
    ]
    reason = "; ".join(failed[:5]) or str(outcome.exception)
    raise BuildError(f"dbt build failed ({len(failed)} nodes): {reason}. The last release stands.")


def _arguments(command: str, scratch: Path, variables: Json) -> list[str]:
    arguments = [command, "--project-dir", str(settings().warehouse), "--profiles-dir", str(scratch)]
    arguments += ["--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")]
    arguments += ["--vars", json.dumps(variables), "--quiet", "--no-partial-parse"]
    # Nobody reads what dbt writes beside its tables.
    return [*arguments, "--no-write-json", "--log-level-file", "none"]
