"""The quarantine as a data engineer sees it: counted, shown with personal values masked, explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.cli.main import app
from pipelines.contracts import Contract
from pipelines.ingest.explanations import explanation
from pipelines.ledger import open_ledger
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.test_ingest import drop, ingest

__all__ = ["drop"]
DAMAGED = make.number(3)[:-1] + ("0" if make.number(3)[-1] != "0" else "1")


def say(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What `huiliu quarantine …` prints."""
    capsys.readouterr()
    app(["quarantine", *arguments], standalone_mode=False)
    return capsys.readouterr().out


@pytest.fixture
def spoilt(store: Store, drop: Path) -> Store:
    """A register of four rows: one without a name, one with a wrong number, one with two faults."""
    rows = [
        make.drug_user(1),
        make.drug_user(2, 姓名=""),
        make.drug_user(3, 证件号码=DAMAGED, 姓名="李四"),
        make.drug_user(4, 姓名="", 登记地="439999"),
    ]
    make.deliver_users(drop, "d1", rows)
    ingest("police_drug_user")
    return store


def test_list_counts_rows_per_delivery_and_rule(spoilt: Store, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "list", "--agency", "police")
    lines = [line.replace("│", " ").split() for line in said.splitlines() if "police_drug_user" in line]
    assert lines == [
        ["police", "police_drug_user", "d1", "id_no_valid", "error", "1", "1"],
        ["police", "police_drug_user", "d1", "name_required", "error", "2", "2"],
        ["police", "police_drug_user", "d1", "register_region_code_valid", "error", "1", "1"],
    ]
    assert say(capsys, "list", "--agency", "health") == "Nothing is in quarantine.\n"


def test_list_refuses_an_agency_it_does_not_know(spoilt: Store) -> None:
    with pytest.raises(ValueError, match="no agency 'polic'; known are commission, health"):
        app(["quarantine", "list", "--agency", "polic"], standalone_mode=False)


def test_show_masks_what_the_contract_keeps_in_the_vault(spoilt: Store, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "show", "d1", "--rule", "id_no_valid")
    assert "line 4 (open): id_no_valid" in said
    assert "证件号码 999999999999999999" in said
    assert "姓名 文文" in said
    assert "登记地 430102" in said
    assert "1 of 1 rows" in said
    assert DAMAGED not in said
    assert "李四" not in said
    assert "U0003" not in said


def test_values_are_shown_for_a_reason_that_is_kept(spoilt: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="only for a reason"):
        app(["quarantine", "show", "d1", "--unmask"], standalone_mode=False)
    said = say(capsys, "show", "d1", "--rule", "id_no_valid", "--unmask", "--reason", "agency asks which")
    assert DAMAGED in said
    noted = [d for d in open_ledger().decisions("police_drug_user", "d1") if d.decision == "unmask"]
    assert [decision.reason for decision in noted] == ["agency asks which"]


def test_a_shifted_row_is_masked_whole(store: Store, drop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = make.csv_text([make.drug_user(1), make.drug_user(2)]).splitlines()
    lines[2] = "," + lines[2]
    data = make.zip_bytes("\r\n".join(lines).encode("gb18030"))
    make.deliver(drop, "police/police_drug_user", "d1", {"d1.zip": data}, rows=2)
    ingest("police_drug_user")
    said = say(capsys, "show", "d1")
    assert "row_shape" in said
    assert make.number(2) not in said
    assert "张三" not in said
    assert "性别 9999-99-99" in said


def test_explain_says_rule_value_contract_and_what_to_do(
    spoilt: Store, capsys: pytest.CaptureFixture[str], contracts: dict[str, Contract]
) -> None:
    said = say(capsys, "explain", "d1", "5")
    version = contracts["police_drug_user"].version
    assert f"police_drug_user d1 line 5, open, judged by contract {version}" in said
    assert "name_required (error)" in said
    assert "「姓名」不能为空。" in said
    assert "姓名 must be filled in." in said
    assert "姓名 = (empty)" in said
    assert "请补填后重新报送该行。" in said
    assert "登记地 = 439999" in said
    with pytest.raises(ValueError, match="line 2 of d1 is not in quarantine"):
        app(["quarantine", "explain", "d1", "2"], standalone_mode=False)


def test_a_refused_delivery_shows_the_rows_that_break_rules_and_those_that_do_not(
    store: Store, drop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make.deliver_users(drop, "d1", [make.drug_user(1), make.drug_user(2, 姓名="")], rows=3)
    assert ingest("police_drug_user")["d1"]["quarantined"] == 2
    said = say(capsys, "show", "d1")
    assert "line 2 (open): rows_match_manifest" in said
    assert "line 3 (open): name_required, rows_match_manifest" in said
    assert "清单所列" in say(capsys, "explain", "d1", "2")


def test_conflicting_versions_are_shown_with_their_text(
    store: Store, drop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipelines import steps

    make.deliver_handovers(drop, "h1", [make.handover(1)])
    make.deliver_handovers(drop, "h2", [make.handover(1, 毒品="冰毒")])
    ingest("transport_handover")
    steps.resolve()
    assert "conflicting_version" in say(capsys, "list")
    assert "毒品 冰毒" in say(capsys, "show", "h2")


def test_every_rule_of_every_contract_and_of_deliveries_has_words(contracts: dict[str, Contract]) -> None:
    for contract in contracts.values():
        for rule in (*contract.rules, "file_readable", "row_shape", "conflicting_version"):
            words = explanation(contract, rule if isinstance(rule, str) else rule.rule_id)
            assert all((words.sentence_zh, words.sentence_en, words.to_do_zh, words.to_do_en)), words.rule_id
            assert "no longer" not in words.sentence_en
