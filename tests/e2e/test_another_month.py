"""A further month of deliveries: who keeps the id, and where the others lead."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.store import read_json
from tests.e2e.conftest import huiliu

pytestmark = pytest.mark.accept
PEOPLE = 2000


def _take_out_last_month(exports: Path, aside: Path) -> int:
    """Move the deliveries of the last period of every dataset aside; how many there were."""
    moved = 0
    for dataset in sorted({manifest.parent.parent for manifest in exports.rglob("manifest.json")}):
        ends = {folder: read_json(folder / "manifest.json")["period"]["end"] for folder in dataset.iterdir()}
        last = max(ends.values())
        if set(ends.values()) == {last}:
            continue
        for folder in (folder for folder, end in ends.items() if end == last):
            target = aside / folder.relative_to(exports)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder, target)
            moved += 1
    return moved


def test_after_a_further_month_people_keep_their_id_and_every_changed_id_resolves(tmp_path: Path) -> None:
    home, province = tmp_path / "home", tmp_path / "province"
    huiliu(home, "simulate", "--people", str(PEOPLE), "--seed", "3", "--out", str(province), "--defects", "default")
    exports = province / "exports"
    assert _take_out_last_month(exports, tmp_path / "later") > 10
    huiliu(home, "run", "--exports", str(exports))
    shutil.copytree(tmp_path / "later", exports, dirs_exist_ok=True, copy_function=shutil.copy2)
    before = (home / "private" / "releases" / "current").resolve()
    huiliu(home, "run", "--exports", str(exports))
    after = (home / "private" / "releases" / "current").resolve()
    assert before != after
    with duckdb.connect() as duck:
        duck.execute(f"attach '{before / 'vault.duckdb'}' as former (read_only)")
        duck.execute(f"attach '{after / 'vault.duckdb'}' as present (read_only)")
        people, kept, lost = duck.execute(
            """
            select count(*), count(*) filter (where person_id in (select person_id from present.person)),
                count(*) filter (where person_id not in (select former_id from present.person_alias))
            from former.person
            """
        ).fetchall()[0]
    print(json.dumps({"people": people, "kept_share": kept / people}))  # noqa: T201
    assert kept / people >= 0.999
    assert lost == 0
