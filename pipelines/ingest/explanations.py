"""What a rule means to the person who has to act on it: sentences in Chinese and English, and what to do.

Rules of a contract bring their own sentences; what to do follows from their check. Rules that no contract states
(about a delivery as a whole, and about versions) have all of it here.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.contracts import Contract
from pipelines.ingest.verdicts import rules_of


@dataclass(frozen=True)
class Explanation:
    """A rule in words. `column` is our name of the column it judges, if it judges one."""

    rule_id: str
    severity: str
    sentence_zh: str
    sentence_en: str
    to_do_zh: str
    to_do_en: str
    column: str | None = None


_RESEND = ("请修正后以新的交付编号重新报送整批。", "The agency sends the whole delivery again under a new id.")
_NOTHING = ("无需处理。", "Nothing is to be done.")

# Rules about a delivery as a whole, and about versions of a record.
DELIVERY_RULES = {
    rule.rule_id: rule
    for rule in (
        Explanation(
            "file_readable", "critical", "文件应能按约定读取。", "The file must be readable as agreed.", *_RESEND
        ),
        Explanation(
            "delivery_id_new",
            "critical",
            "交付编号不得重复用于不同内容。",
            "A delivery id must not be used again for other content.",
            *_RESEND,
        ),
        Explanation(
            "manifest_readable",
            "critical",
            "清单应能读取,各项格式应符合约定。",
            "The manifest must be readable, each of its fields in the agreed form.",
            *_RESEND,
        ),
        Explanation(
            "sha256_matches",
            "critical",
            "文件应与清单所列校验值一致。",
            "The file must be the one its manifest names.",
            *_RESEND,
        ),
        Explanation(
            "columns_present",
            "critical",
            "约定的列应齐全。",
            "Every agreed column must be there.",
            "请按约定的表头重新导出整批;表头确已变更的,请先通知我方修订数据约定。",
            "The agency exports it again under the agreed headers; if they have changed for good, change the contract.",
        ),
        Explanation(
            "no_unknown_columns",
            "warning",
            "文件含有未约定的列,未予载入。",
            "The file has columns that were not agreed; they were not loaded.",
            "如该列应载入,请告知其含义,由我方补入数据约定。",
            "Add the column to the contract if it is meant to be loaded.",
        ),
        Explanation(
            "not_empty",
            "critical",
            "全量数据不得为空。",
            "A snapshot must not be empty: it would delete everything.",
            *_RESEND,
        ),
        Explanation(
            "rows_match_manifest",
            "critical",
            "行数应与清单所列一致。",
            "There must be as many rows as the manifest claims.",
            *_RESEND,
        ),
        Explanation(
            "not_a_duplicate",
            "info",
            "内容与此前的一批完全相同,不重复载入。",
            "The content is that of an earlier delivery; it is not loaded again.",
            *_NOTHING,
        ),
        Explanation(
            "accepted_by_decision",
            "warning",
            "经人工决定接收,理由见记录。",
            "A person accepted it in spite of its findings; the reason is in the ledger.",
            *_NOTHING,
        ),
        Explanation(
            "conflicting_version",
            "error",
            "同一记录在同一时间有不同内容。",
            "One record has different content at one and the same time.",
            "请确认正确的内容,并以更新的「更新时间」重新报送该记录。",
            "The agency sends the right version again with a later time of change.",
        ),
    )
}

# What to do about a row that fails a check: Chinese for the agency, English for us.
_TO_DO = {
    "required": ("请补填后重新报送该行。", "The agency fills it in and sends the row again."),
    "filled_when": ("请补填后重新报送该行。", "The agency fills it in and sends the row again."),
    "one_of": (
        "请改为规定的代码后重新报送;确属新代码的,请提供代码表。",
        "The agency sends a listed code; if the code is new and right, add it to the seed.",
    ),
    "document_number": (
        "请核对证件原件,更正号码后重新报送该行。",
        "The agency compares the number with the document and sends the row again.",
    ),
    "float_damage": (
        "号码已被电子表格舍入,无法恢复:请将该列设为文本,从业务系统重新导出整批。",
        "The digits are lost: the agency exports the delivery again with the column as text.",
    ),
    "unique_key": (
        "请确认同一编号下应保留的一行后重新报送。",
        "The agency says which row of the key is right and sends it.",
    ),
    "row_shape": (
        "请检查该行是否多出或缺少分隔符、引号或换行,重新导出。",
        "The agency looks for a stray delimiter, quote or line break and exports the row again.",
    ),
    "row_decoded": ("请按约定的字符编码重新导出。", "The agency exports it again in the agreed encoding."),
    "row_computed": ("请修正公式或改为数值后重新导出。", "The agency mends the formula and exports it again."),
}
_TO_DO_OTHERWISE = (
    "请核对后更正,重新报送该行。",
    "The agency corrects the value and sends the row again; if it is right and usual, change the contract or seed.",
)


def explanation(contract: Contract, rule_id: str) -> Explanation:
    """The words of a rule under the present contract; a rule it no longer has is said to be gone."""
    if rule_id in DELIVERY_RULES:
        return DELIVERY_RULES[rule_id]
    for rule in (*rules_of(contract), *contract.delivery_rules, *contract.history_rules):
        if rule.rule_id == rule_id:
            to_do = _TO_DO.get(rule.check, _TO_DO_OTHERWISE)
            return Explanation(rule_id, rule.severity, rule.sentence_zh, rule.sentence_en, *to_do, rule.column)
    return Explanation(
        rule_id,
        "error",
        "现行数据约定已无此规则。",
        f"Contract {contract.version} no longer has this rule.",
        "由我方按现行约定重新处理该批。",
        "Replay the delivery: `huiliu delivery reprocess ID --reason …`.",
    )
