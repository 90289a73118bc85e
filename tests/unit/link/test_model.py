"""The frozen model and its training."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from pipelines.contracts import Contract
from pipelines.link import model
from pipelines.link.model import FREQUENCY_FILE, MODEL_FILE, MODELS, frozen_settings
from pipelines.link.spec import COMPARISONS, MODEL_VERSION, THRESHOLDS
from pipelines.link.train import train
from pipelines.store import Store
from tests.unit.link.province import mention, put_records, resident


def _people(count: int) -> list[dict[str, object]]:
    chance = random.Random(5)
    rows = []
    for serial in range(1, count + 1):
        born = date(1970 + serial % 30, 1 + serial % 12, 1 + serial % 28)
        name = chance.choice("王李张刘陈杨赵黄") + chance.choice("国建志文海春") + chance.choice("强军平华明")
        number = resident(f"{born:%Y%m%d}", serial)
        known = {"id_no": number, "birth_date": born, "hukou_code": f"4301{chance.randrange(10, 40)}"}
        rows.append(mention(f"U{serial}", name, **known))
        rows.append(mention(f"A{serial}|1", name, "police_case_suspect", **{**known, "residence_code": "430105"}))
    return rows


def test_training_with_the_same_seed_gives_the_same_bytes(
    store: Store, contracts: dict[str, Contract], tmp_path: Path
) -> None:
    put_records(store, _people(150))
    folders = [train(store, contracts, "v9", date(2026, 1, 1), seed=3, models=tmp_path / name) for name in "ab"]
    for name in (MODEL_FILE, FREQUENCY_FILE, "card.md"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()


def test_a_frozen_version_is_never_overwritten(store: Store, contracts: dict[str, Contract]) -> None:
    with pytest.raises(FileExistsError, match="another version"):
        train(store, contracts, MODEL_VERSION, date(2026, 1, 1))


def test_frozen_model_has_every_declared_level() -> None:
    settings = frozen_settings()
    for comparison, declared in zip(settings["comparisons"], COMPARISONS, strict=True):
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        assert len(levels) == len(declared.levels)
        assert all(0 < level["m_probability"] < 1 and 0 < level["u_probability"] < 1 for level in levels)
    assert settings["probability_two_random_records_match"] == THRESHOLDS.prior_probability


def test_a_model_trained_for_other_comparisons_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (MODELS / MODEL_VERSION / MODEL_FILE).read_text(encoding="utf-8")
    (tmp_path / MODEL_VERSION).mkdir()
    (tmp_path / MODEL_VERSION / MODEL_FILE).write_text(text.replace("birth_l = birth_r", "birth_l < birth_r"))
    monkeypatch.setattr(model, "MODELS", tmp_path)
    with pytest.raises(ValueError, match="trained for another comparison of birth_date"):
        frozen_settings()
