"""What comes through the commission: inspections of venues, precursors, the offices' signed values."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial

from pipelines.province.days import START
from pipelines.province.lives import Inspection, LicenceMonth, Lives, Sale, Submission
from pipelines.province.records import Dataset, Layout, Record, changed, corrected_later, entered, past, text
from pipelines.province.schedule import HALF_YEAR_CUTS
from pipelines.province.substances import plain_number

_WORKBOOK = Layout("xlsx")
_FLOW_HEADER = (
    "流向编号", "统一社会信用代码", "购买方信用代码", "许可证编号", "所在地", "品名", "品类", "数量kg", "交易日期",
    "备案日期",
)  # fmt: skip
_REGISTER_HEADER = ("填报地区", "期间", "项目代码", "指标编号", "数值", "签发人", "签发单位", "签发日期")


def _inspection_cells(inspection: Inspection, day: date) -> list[str]:
    venue = inspection.venue
    return [
        inspection.number,
        venue.credit_code,
        venue.kind,
        venue.county,
        text(inspection.day),
        inspection.result,
        inspection.lead_number,
        text(past(inspection.lead_sent, day)),
    ]


def inspection_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per inspection, changed when its lead was sent to the police."""
    records = []
    for inspection in lives.inspections:
        made = entered(rng, inspection.day)
        case_id = inspection.case.case_id if inspection.case else None
        known = changed(made, inspection.lead_sent)
        cells = partial(_inspection_cells, inspection)
        records.append(Record(inspection.number, known, cells, case_id=case_id, event=inspection))
    return records


def _licence_cells(report: LicenceMonth, day: date) -> list[str]:  # noqa: ARG001 (a report does not change)
    licence = report.licence
    return [
        licence.credit_code,
        licence.number,
        f"{report.last:%Y-%m}",
        licence.county,
        licence.kind,
        licence.precursor_class,
        text(licence.start),
        text(licence.end),
        "是" if licence.is_key else "否",
        str(report.inspections),
    ]


def licence_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per licence and month."""
    return [
        Record(
            f"{report.licence.credit_code}|{report.licence.number}|{report.last:%Y-%m}",
            [entered(rng, report.last + timedelta(days=2), late=0.01)],
            partial(_licence_cells, report),
            event=report,
        )
        for report in lives.licence_months
    ]


def _sale_cells(sale: Sale, day: date) -> list[str]:
    return [
        sale.number,
        sale.licence.credit_code,
        sale.buyer_code,
        sale.licence.number,
        sale.licence.county,
        sale.precursor,
        sale.licence.precursor_class,
        plain_number(sale.kilograms),
        text(sale.day),
        text(past(sale.filed, day)),
    ]


def sale_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per sale, changed when it was filed."""
    records = []
    kilograms_at = _FLOW_HEADER.index("数量kg")
    for sale in lives.sales:
        made = entered(rng, sale.day)
        record = Record(sale.number, changed(made, sale.filed), partial(_sale_cells, sale), event=sale)
        corrected_later(rng, record, 0.01, {kilograms_at: plain_number(sale.kilograms * 10)})
        records.append(record)
    return records


def _submission_cells(submission: Submission, day: date) -> list[str]:  # noqa: ARG001 (it was signed once)
    return [
        submission.region,
        submission.period_id,
        submission.item,
        submission.item.split("_", maxsplit=1)[0],
        plain_number(submission.value),
        submission.signed_by,
        submission.office,
        text(submission.signed),
    ]


def submission_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per signed value; some are corrected afterwards."""
    records = []
    value_at = _REGISTER_HEADER.index("数值")
    for submission in lives.submissions:
        key = f"{submission.region}|{submission.period_id}|{submission.item}"
        record = Record(key, [submission.signed], partial(_submission_cells, submission), event=submission)
        corrected_later(rng, record, 0.02, {value_at: plain_number(submission.value + rng.randrange(1, 5))})
        records.append(record)
    return records


INSPECTION = Dataset(
    "culture_inspection",
    "commission",
    "delta",
    ("检查编号", "统一社会信用代码", "场所类型", "所在地", "检查日期", "结果", "线索号", "线索移送日期"),
    _WORKBOOK,
    120,
    START,
    HALF_YEAR_CUTS,
    inspection_records,
    required=("统一社会信用代码", "场所类型", "所在地", "检查日期", "结果"),
    title="场所检查情况表",
)
ENTERPRISE = Dataset(
    "market_enterprise",
    "commission",
    "delta",
    (
        "统一社会信用代码", "许可证编号", "月份", "所在地", "许可类别", "品类", "有效期起", "有效期止", "重点监管",
        "检查次数",
    ),
    _WORKBOOK,
    120,
    START,
    HALF_YEAR_CUTS,
    licence_records,
    required=("所在地", "许可类别", "品类", "有效期起", "重点监管", "检查次数"),
    key_width=3,
    totals=("检查次数",),
    title="易制毒企业情况表",
)  # fmt: skip
FLOW = Dataset(
    "market_precursor_flow",
    "commission",
    "delta",
    _FLOW_HEADER,
    Layout("csv", "", "utf-8-sig"),
    120,
    START,
    HALF_YEAR_CUTS,
    sale_records,
    required=("统一社会信用代码", "购买方信用代码", "许可证编号", "所在地", "品名", "品类", "数量kg", "交易日期"),
    totals=("数量kg",),
)
REGISTER = Dataset(
    "commission_register",
    "commission",
    "delta",
    _REGISTER_HEADER,
    _WORKBOOK,
    240,
    START,
    HALF_YEAR_CUTS,
    submission_records,
    required=("指标编号", "数值", "签发人", "签发单位", "签发日期"),
    key_width=3,
    title="禁毒办填报表",
)
