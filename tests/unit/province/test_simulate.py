"""The simulator as a whole: same seed, same bytes; exports as agreed; a truth that knows nothing of exports."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipelines.contracts import Contract
from pipelines.ingest.delivery import content_hash
from pipelines.province.broken import BROKEN
from pipelines.province.datasets import DATASETS
from pipelines.province.records import TAIL
from pipelines.province.simulate import simulate

PEOPLE, SEED = 800, 1


def _silent(what: str, share: float) -> None:
    assert 0.0 <= share <= 1.0, what


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One province at every level of defects."""
    root = tmp_path_factory.mktemp("province")
    for level in ("none", "default", "hard"):
        simulate(root / level, PEOPLE, SEED, level, _silent)
    return {level: root / level for level in ("none", "default", "hard")}


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _truth(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(folder / "truth" / f"{name}.parquet")


def test_same_seed_gives_the_same_bytes_whatever_the_hash_seed(made: dict[str, Path], tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from pipelines.province.simulate import simulate; "
        f"simulate(Path({str(tmp_path / 'again')!r}), {PEOPLE}, {SEED}, 'hard', lambda what, share: None)"
    )
    subprocess.run([sys.executable, "-c", script], env={"PYTHONHASHSEED": "4711"}, check=True)
    assert _hashes(tmp_path / "again") == _hashes(made["hard"])


def test_what_is_written_does_not_depend_on_how_many_write(made: dict[str, Path], tmp_path: Path) -> None:
    simulate(tmp_path / "alone", PEOPLE, SEED, "default", _silent, workers=1)
    simulate(tmp_path / "three", PEOPLE, SEED, "default", _silent, workers=3)
    assert _hashes(tmp_path / "alone") == _hashes(tmp_path / "three") == _hashes(made["default"])


def test_another_seed_gives_other_lives(made: dict[str, Path], tmp_path: Path) -> None:
    simulate(tmp_path / "other", PEOPLE, SEED + 1, "none", _silent)
    other, first = _truth(tmp_path / "other", "mention"), _truth(made["none"], "mention")
    assert set(other["record_key"]) != set(first["record_key"])


@pytest.mark.parametrize("name", ["figure", "handoff", "document"])
def test_truth_does_not_depend_on_how_the_exports_are_spoilt(made: dict[str, Path], name: str) -> None:
    pd.testing.assert_frame_equal(_truth(made["none"], name), _truth(made["default"], name))


def test_nothing_is_planted_at_level_none(made: dict[str, Path]) -> None:
    assert _truth(made["none"], "defect").empty
    assert _truth(made["none"], "figure_disturbance").empty


def test_traps_that_are_no_errors_stay_at_level_none(made: dict[str, Path]) -> None:
    assert {"twin", "sibling", "namesake"} <= set(_truth(made["none"], "mention")["trap"].dropna())


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_headers_keys_and_layout_are_those_of_the_contract(dataset, contracts: dict[str, Contract]) -> None:
    contract = contracts[dataset.name]
    assert (*dataset.header, *TAIL) == tuple(contract.headers)
    assert dataset.header[: dataset.key_width] == tuple(column.header for column in contract.key)
    assert (dataset.mode, dataset.agency) == (contract.delivery_mode, contract.agency)
    required = {column.header for column in contract.columns if column.required}
    assert set(dataset.required) == required - set(TAIL) - set(dataset.header[: dataset.key_width])
    options = contract.format_options
    assert dataset.layout.format == contract.format
    if contract.format == "csv":
        assert dataset.layout.container == (options.get("container") or "")
        assert dataset.layout.encoding == options["encoding"]


def test_manifest_names_its_files_and_their_hash(made: dict[str, Path]) -> None:
    manifests = sorted((made["default"] / "exports").rglob("manifest.json"))
    assert len(manifests) == sum(len(dataset.cuts) for dataset in DATASETS) + len(BROKEN)
    for path in manifests:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        files = sorted(name.name for name in path.parent.iterdir() if name != path)
        assert manifest["files"] == files
        assert manifest["sha256"] == content_hash([path.parent / name for name in files])
        assert manifest["delivery_id"] == path.parent.name


def test_deliveries_of_a_dataset_cover_the_years_without_a_gap(made: dict[str, Path]) -> None:
    for dataset in DATASETS:
        paths = (made["none"] / "exports" / dataset.agency / dataset.name).glob("*/manifest.json")
        periods = sorted(json.loads(path.read_text(encoding="utf-8"))["period"].items() for path in paths)
        starts, ends = [dict(p)["start"] for p in periods], [dict(p)["end"] for p in periods]
        assert sorted(starts)[1:] == sorted(ends)[:-1]
        assert max(ends) == "2026-01-01"


def test_hard_has_more_twins_and_misses_more_numbers_of_courts(made: dict[str, Path]) -> None:
    mentions = {level: _truth(made[level], "mention") for level in ("default", "hard")}
    twins = {level: found[found["trap"] == "twin"]["true_person"].nunique() for level, found in mentions.items()}
    assert twins["hard"] > 2 * twins["default"]
    missing = {
        level: (_truth(made[level], "defect")["defect"] == "number_missing_court").sum()
        for level in ("default", "hard")
    }
    assert missing["hard"] > 2 * missing["default"]
