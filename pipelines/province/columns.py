"""Columns by what they hold, under the agencies' own headers: what a defect needs to know of a column."""

from __future__ import annotations

NAME, ID_TYPE, NUMBER, BIRTH, SEX, HUKOU, RESIDENCE = (
    "姓名", "证件种类", "证件号码", "出生日期", "性别", "户籍地", "现住地",
)  # fmt: skip
DATES = frozenset(
    {
        BIRTH, "初次查获日期", "现状日期", "管控截止", "立案日期", "破案日期", "抓获日期", "拘留日期", "判决日期",
        "生效日期", "收监日期", "释放日期", "收治日期", "出所日期", "启用日期", "停用日期", "日期", "查获日期",
        "移交日期", "受理日期", "中止日期", "恢复审理日期", "提请批捕日期", "批捕决定日期", "移送审查起诉日期",
        "起诉决定日期",
    }
)  # fmt: skip
# A value no code table knows, by column.
UNKNOWN_CODES = {
    ID_TYPE: "工作证",
    SEX: "3",
    HUKOU: "999999",
    RESIDENCE: "439999",
    "登记地": "43099X",
    "毒品种类": "甲乙丙粉",
    "毒品": "甲乙丙粉",
    "现状": "未知状态",
    "案别": "050100",
    "办案地": "999999",
    "法院地": "430",
    "审级": "三审",
    "罪名": "其他罪名",
    "刑种": "劳动教养",
    "监狱所在地": "999999",
    "机构类型": "其他",
    "类型": "出省",
    "所在地": "439999",
    "单位": "箱",
    "案件来源": "网上",
    "审理程序": "特别程序",
    "拒收原因": "未知",
    "检察院地": "999999",
    "批捕决定": "待定",
    "起诉决定": "待定",
    "起诉罪名": "其他罪名",
}
AMOUNTS = frozenset(
    {"刑期月", "床位数", "在治人数", "新入组", "脱失", "通过量", "检查量", "查获数", "数量", "退补次数"}
)
DOCUMENTS = frozenset(
    {"立案文号", "案号", "起诉书文号", "判决案号", "移送文号", "移交单号", "原审案号", "执行通知书号", "侦查文号"}
)
# Decisions that must come with a date or number: the column with the decision, which decisions, the column that is
# filled in then.
DECISIONS = (
    ("批捕决定", ("批准逮捕", "不批准逮捕"), "批捕决定日期"),
    ("起诉决定", ("起诉", "不起诉"), "起诉决定日期"),
)
