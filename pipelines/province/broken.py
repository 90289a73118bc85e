"""Deliveries nobody can use: each stands beside a good one of the same rows, sent again once somebody complained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from pipelines.province.columns import NUMBER
from pipelines.province.deliveries import Delivery
from pipelines.province.layouts import files_of
from pipelines.province.records import TAIL

Files = dict[str, bytes]
Spoil = Callable[[Delivery], Files]


def _cells(delivery: Delivery) -> list[list[str]]:
    return [row.cells for row in delivery.rows]


def _renamed(delivery: Delivery) -> Files:
    """The very same content under another file name."""
    return {f"副本_{name}": data for name, data in delivery.files.items()}


def _truncated(delivery: Delivery) -> Files:
    """An archive that was cut off in transfer."""
    return {name: data[: len(data) * 2 // 3] for name, data in delivery.files.items()}


def _wrong_encoding(delivery: Delivery) -> Files:
    """GB18030 where UTF-8 is agreed."""
    return files_of(delivery.dataset, delivery.stem, _cells(delivery), delivery.exported, encoding="gb18030")


def _without(column: str) -> Spoil:
    """Without one of its columns."""

    def files(delivery: Delivery) -> Files:
        header = [*delivery.dataset.header, *TAIL]
        place = header.index(column)
        rows = [row.cells[:place] + row.cells[place + 1 :] for row in delivery.rows]
        kept = header[:place] + header[place + 1 :]
        return files_of(delivery.dataset, delivery.stem, rows, delivery.exported, header=kept)

    return files


def _renaming(column: str, other: str) -> Spoil:
    """With a column under another header."""

    def files(delivery: Delivery) -> Files:
        header = [other if name == column else name for name in (*delivery.dataset.header, *TAIL)]
        return files_of(delivery.dataset, delivery.stem, _cells(delivery), delivery.exported, header=header)

    return files


def _rows_lost(delivery: Delivery) -> Files:
    """A file that ends a few rows before its manifest says."""
    lost = max(1, len(delivery.rows) // 30)
    return files_of(delivery.dataset, delivery.stem, _cells(delivery)[:-lost], delivery.exported)


def _empty(delivery: Delivery) -> Files:
    """A file of no bytes."""
    return dict.fromkeys(delivery.files, b"")


def _page_missing(delivery: Delivery) -> Files:
    """Pages but for the last."""
    return dict(list(delivery.files.items())[:-1])


def _float_damage(delivery: Delivery) -> Files:
    """Resident numbers that went through a spreadsheet, which keeps fifteen digits."""
    place = delivery.dataset.place(NUMBER)

    def damaged(cells: list[str]) -> list[str]:
        number = cells[place] if len(cells) > place else ""
        if len(number) != 18 or not number.isdigit():
            return cells
        return [*cells[:place], number[:15] + "000", *cells[place + 1 :]]

    rows = [damaged(cells) for cells in _cells(delivery)]
    return files_of(delivery.dataset, delivery.stem, rows, delivery.exported)


def _doctype(delivery: Delivery) -> Files:
    """A document type with an entity, the way documents are made to explode or to read other files."""
    declared = b'<!DOCTYPE records [<!ENTITY agency "post">]>\n<records>'
    return {name: data.replace(b"<records>", declared, 1) for name, data in delivery.files.items()}


# Defect, dataset, position of the delivery it strikes, and how its files are spoilt.
BROKEN: tuple[tuple[str, str, int, Spoil], ...] = (
    ("delivery_renamed", "police_drug_user", 1, _renamed),
    ("archive_truncated", "police_case_suspect", 2, _truncated),
    ("float_damage", "police_case_suspect", 1, _float_damage),
    ("wrong_encoding", "court_judgment", 3, _wrong_encoding),
    ("column_missing", "prison_admission", 1, _without("判决案号")),
    ("header_renamed", "transport_handover", 2, _renaming("移交日期", "移送时间")),
    ("rows_lost", "transport_checkpoint_day", 0, _rows_lost),
    ("file_empty", "transport_checkpoint", 2, _empty),
    ("page_missing", "health_facility_month", 0, _page_missing),
    ("doctype_declared", "postal_compliance_month", 1, _doctype),
    ("rows_lost", "culture_inspection", 0, _rows_lost),
    ("archive_truncated", "aviation_interception", 1, _truncated),
    ("delivery_renamed", "police_treatment_order", 1, _renamed),
    ("archive_truncated", "police_drug_test", 0, _truncated),
    ("float_damage", "police_community_treatment", 0, _float_damage),
    ("column_missing", "police_seizure", 1, _without("案件编号")),
    ("rows_lost", "police_custody", 0, _rows_lost),
    ("rows_lost", "rehab_episode", 1, _rows_lost),
    ("header_renamed", "rehab_transfer_request", 0, _renaming("请求日期", "申请时间")),
    ("file_empty", "rehab_facility_month", 1, _empty),
)


def broken_deliveries(deliveries: list[Delivery]) -> list[tuple[str, Delivery]]:
    """The unusable deliveries beside these (whose files are made already), each with its defect.

    They arrive some hours before the good one; only the same file once more arrives a day after it.
    """
    made = []
    for defect_id, dataset, position, spoil in BROKEN:
        if deliveries[0].dataset.name != dataset:
            continue
        good = deliveries[position]
        lag = timedelta(days=1) if defect_id == "delivery_renamed" else -timedelta(minutes=30)
        made.append(
            (
                defect_id,
                replace(
                    good,
                    delivery_id=f"{good.delivery_id}-{defect_id.replace('_', '-')}",
                    received=good.received + lag,
                    files=spoil(good),
                ),
            )
        )
    return made
