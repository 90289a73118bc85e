"""Code tables: known or nothing, never "other"."""

from __future__ import annotations

import pytest

from pipelines.codes import CodeTables
from pipelines.conform import codes
from pipelines.conform.text import clean


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("男", "1"),
        ("女性", "2"),
        ("1", "1"),
        ("M", "1"),
        ("f", "2"),
        ("Ｆ", "2"),
        ("未知", "0"),
        ("未说明", "9"),
        ("x", None),
    ],
)
def test_sex(tables: CodeTables, written: str, code: str | None) -> None:
    assert codes.code_of(clean(written), tables.sexes) == code


@pytest.mark.parametrize(
    ("written", "substance"),
    [
        ("冰毒", "methamphetamine"),
        ("甲基苯丙胺（冰毒）", "methamphetamine"),
        ("Methamphetamine", "methamphetamine"),
        ("麻果", "methamphetamine_tablet"),
        ("K 粉", "ketamine"),
        ("ｋ粉", "ketamine"),
        ("mdma", "mdma_group"),
        ("4号", "heroin"),
        ("邮票", "lsd"),
        ("依托咪酯", "etomidate"),
        ("上头电子烟", "unresolved"),
        ("神仙水", "unresolved"),
        ("奶茶", "unresolved"),
        ("甲基苯丙胺(麻古)", None),
        ("神仙水(氯胺酮)", None),
        ("疑似冰毒", None),
        ("其他", None),
        ("毒品", None),
    ],
)
def test_a_drug_is_the_substance_its_name_proves_or_unknown(
    tables: CodeTables, written: str, substance: str | None
) -> None:
    name = codes.drug_name(clean(written), tables.drugs)
    assert codes.code_of(name, tables.drugs) == substance


@pytest.mark.parametrize(
    ("written", "title", "is_drug"),
    [
        ("走私、贩卖、运输、制造毒品罪", "走私、贩卖、运输、制造毒品罪", True),
        ("贩卖毒品罪", "贩卖毒品罪", True),
        ("贩卖毒品", "贩卖毒品罪", True),
        ("贩卖,运输毒品罪", "贩卖、运输毒品罪", True),
        ("容留他人吸毒罪", "容留他人吸毒罪", True),
        ("盗窃罪", "盗窃罪", False),
        ("盗窃罪、贩卖毒品罪", "盗窃罪、贩卖毒品罪", True),
        ("贩卖毒品罪和非法持有毒品罪", "贩卖毒品罪、非法持有毒品罪", True),
        ("盗窃罪；盗窃罪", "盗窃罪", False),
        ("盗窃罪、某某罪", None, None),
        ("其他罪", None, None),
    ],
)
def test_charges(tables: CodeTables, written: str, title: str | None, is_drug: bool | None) -> None:
    found = codes.offence_name(clean(written), tables.offences)
    assert found == title
    assert codes.is_drug_offence(found, tables.offences, tables.drug_offences) is is_drug


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("060702", "06070102"),
        ("06070102", "06070102"),
        ("贩卖毒品案", "06070102"),
        ("060710", "06070200"),
        ("06070200", "06070200"),
        ("060799", None),
        ("06070202", None),
    ],
)
def test_the_six_digit_case_type_is_looked_up_and_never_padded(
    tables: CodeTables, written: str, code: str | None
) -> None:
    assert codes.code_of(written, tables.case_types) == code


def test_every_drug_name_has_a_substance_with_a_category(tables: CodeTables) -> None:
    assert {reading.code for reading in tables.drugs.values()} == set(tables.drug_categories)


def test_every_article_of_the_drug_section_is_covered(tables: CodeTables) -> None:
    assert {reading.code for reading in tables.offences.values()} > tables.drug_offences
    assert len(tables.drug_offences) == 11
