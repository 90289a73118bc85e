"""What conforming adds to the rows of a delivery, and the rules that judge by it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
import yaml

from pipelines.codes import code_tables
from pipelines.contracts import Contract, load_contract
from pipelines.ingest.conform_rows import ROW_FACTS, conform_rows
from pipelines.ingest.verdicts import verdict_sql
from pipelines.settings import PROJECT
from tests.pipeline import exports as make

HANDOVER = PROJECT / "expectations" / "transport" / "transport_handover.yaml"


def conformed(contract: Contract, rows: list[make.Row]) -> pd.DataFrame:
    texts = {header: pa.array([row.get(header) for row in rows], pa.string()) for header in contract.headers}
    facts = {fact: pa.array([True] * len(rows)) for fact in ROW_FACTS}
    raw = pa.table({"line_number": pa.array(range(2, len(rows) + 2), pa.int64()), **facts, **texts})
    table = conform_rows(raw, contract, code_tables())
    return pa.table({name: plain_text(table[name]) for name in table.column_names}).to_pandas()


def plain_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def failed(contract: Contract, rows: list[make.Row], rule_id: str) -> list[int]:
    """Line numbers of the rows that break a rule."""
    judged = conformed(contract, rows)
    with duckdb.connect() as duck:
        duck.register("rows", pa.Table.from_pandas(judged, preserve_index=False))
        verdicts = duck.sql(verdict_sql(contract, "rows")).df()
    return verdicts.loc[~verdicts[rule_id], "line_number"].tolist()


def altered(
    tmp_path: Path, column: str, *, rule: Mapping[str, Any] | None = None, copy_as: str | None = None
) -> Contract:
    """The contract of handovers with one more rule on a column, or with a second column like it."""
    document = yaml.safe_load(HANDOVER.read_text(encoding="utf-8"))
    properties = document["schema"][0]["properties"]
    position = next(i for i, item in enumerate(properties) if item["name"] == column)
    if rule:
        properties[position].setdefault("quality", []).append(dict(rule))
    if copy_as:
        twin = {key: value for key, value in properties[position].items() if key != "quality"}
        properties.insert(position + 1, {**twin, "name": copy_as, "physicalName": copy_as, "required": False})
    path = tmp_path / "transport" / HANDOVER.name
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return load_contract(path)


def test_a_unit_beside_the_amount_fills_an_empty_unit_and_must_agree_with_a_full_one(
    contracts: dict[str, Contract],
) -> None:
    rows = [
        make.handover(1, 数量="0.5克", 单位=""),
        make.handover(2, 数量="三两", 单位="两"),
        make.handover(3, 数量="500毫克", 单位="克"),
        make.handover(4, 数量="约3克", 单位="克"),
    ]
    contract = contracts["transport_handover"]
    found = conformed(contract, rows)
    assert found["quantity_value"].tolist()[:2] == [Decimal("0.5"), Decimal(150)]
    assert failed(contract, rows, "quantity_unit_required") == []
    assert failed(contract, rows, "quantity_valid") == [4, 5]


def test_agencies_words_for_kinds_sexes_and_units_become_the_codes_of_their_tables(
    contracts: dict[str, Contract],
) -> None:
    row = make.handover(
        1, 证件种类="二代身份证", 性别="女性", 单位="kg", 户籍地="湖南省长沙市芙蓉区", 姓名="张三（曾用名李四）"
    )
    found = conformed(contracts["transport_handover"], [row]).iloc[0]
    assert (found["id_type"], found["id_no_kind"], found["sex"]) == ("居民身份证", "resident", "2")
    assert (found["quantity_unit"], found["quantity_value"]) == ("千克", Decimal(2000))
    assert (found["hukou_code"], found["name"], found["name_other"]) == ("430102", "张三", "李四")


def test_a_region_that_was_not_in_force_on_its_day_breaks_a_rule_and_keeps_its_code(tmp_path: Path) -> None:
    rule = {
        "id": "hukou_code_in_force",
        "type": "custom",
        "engine": "huiliu",
        "implementation": {"check": "in_force", "on": "seized_date"},
        "severity": "warning",
        "description": "户籍地 should be in force on 查获日期.",
        "customProperties": [
            {"property": "descriptionZh", "value": "「户籍地」在查获日期应为有效代码。"},
            {"property": "tolerance", "value": 0.5},
        ],
    }
    contract = altered(tmp_path, "hukou_code", rule=rule)
    rows = [
        make.handover(1, 户籍地="430122", 查获日期="2009-05-06"),
        make.handover(2, 户籍地="430122", 查获日期="2025-02-03"),
        make.handover(3, 户籍地="湖南省长沙市望城区", 查获日期="2025-02-03"),
        make.handover(4, 户籍地="430122", 查获日期=""),
    ]
    assert failed(contract, rows, "hukou_code_in_force") == [3]
    assert conformed(contract, rows)["hukou_code"].tolist() == ["430122", "430122", "430112", "430122"]


def test_what_a_laboratory_found_overrules_what_a_drug_was_called(tmp_path: Path) -> None:
    contract = altered(tmp_path, "drug_name", copy_as="lab_drug_name")
    rows = [
        make.handover(1, 毒品="上头电子烟", lab_drug_name="依托咪酯"),
        make.handover(2, 毒品="上头电子烟", lab_drug_name=""),
        make.handover(3, 毒品="冰毒", lab_drug_name="氯胺酮"),
    ]
    found = conformed(contract, rows)
    assert found["drug_code"].tolist() == ["etomidate", "unresolved", "ketamine"]
    assert found["drug_category"].tolist() == ["synthetic", "unresolved", "synthetic"]


@pytest.mark.parametrize("damage", [lambda n: n[:15] + "000", lambda n: f"{float(n):.0f}"], ids=["sheet", "float"])
def test_a_column_of_rounded_numbers_is_damaged_and_a_single_round_number_is_not(
    contracts: dict[str, Contract], damage: Any
) -> None:
    contract = contracts["transport_handover"]
    numbers = [make.number(serial, region="430102") for serial in range(1, 1000)]
    whole = [number for number in numbers if number.isdigit()]
    broken = [make.handover(i, 证件号码=damage(number)) for i, number in enumerate(whole[:40])]
    assert failed(contract, broken, "id_no_undamaged") == list(range(2, 42))
    # By chance a float can hold this valid number.
    lucky = next(number for number in whole if f"{float(number):.0f}" == number)
    assert failed(contract, [make.handover(1, 证件号码=lucky)], "id_no_undamaged") == []


def test_of_several_charges_one_drug_offence_is_enough(contracts: dict[str, Contract]) -> None:
    rows = [
        make.prisoner(1, 罪名="盗窃罪、贩卖毒品罪"),
        make.prisoner(2, 罪名="盗窃罪"),
        make.prisoner(3, 罪名="某某罪"),
    ]
    found = conformed(contracts["prison_admission"], rows)
    assert found["is_drug_offence"].tolist()[:2] == [True, False]
    assert failed(contracts["prison_admission"], rows, "offence_name_valid") == [4]
