"""Tiny exports as agencies write them, for tests that change one thing about them."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl

Row = dict[str, str]

TAIL = {"导出时间": "2025-10-31 23:00:00", "记录状态": "增", "更新时间": "2025-10-01 08:00:00"}


def number(serial: int, birth: str = "19900307", region: str = "110101") -> str:
    """A valid resident number for a serial of the day."""
    body = f"{region}{birth}{serial:03d}"
    total = sum(int(digit) * (2 ** (17 - place)) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def person(serial: int, name: str = "张三") -> Row:
    """The person columns of one made-up person."""
    return {
        "姓名": name,
        "证件种类": "居民身份证",
        "证件号码": number(serial),
        "出生日期": "1990-03-07",
        "性别": "男" if serial % 2 else "女",
        "户籍地": "430102",
        "现住地": "430104",
    }


def drug_user(serial: int, **changes: str) -> Row:
    """One row of the register of drug users."""
    row = {
        "人员编号": f"U{serial:04d}",
        **person(serial),
        "曾用名": "",
        "登记地": "430102",
        "初次查获日期": "2024-05-06",
        "毒品种类": "冰毒",
        "现状": "现有吸毒",
        "现状日期": "2024-05-06",
        "管控截止": "",
        **TAIL,
    }
    return {**row, **changes}


def prisoner(serial: int, **changes: str) -> Row:
    """One row of the prison admissions."""
    row = {
        "罪犯编号": f"P{serial:04d}",
        **person(serial),
        "监狱名称": "省第一监狱",
        "监狱所在地": "430102",
        "判决案号": "（2025）湘0102刑初字第0012号",
        "罪名": "非法持有毒品罪",
        "收监日期": "2025-03-04",
        "释放日期": "",
        "拒收": "否",
        **TAIL,
    }
    return {**row, **changes}


def handover(serial: int, **changes: str) -> Row:
    """One row of the handovers from a checkpoint to the police."""
    row = {
        "移交单号": f"H{serial:04d}",
        "序号": "1",
        **person(serial),
        "站点编号": "C01",
        "查获日期": "2025-02-03",
        "毒品": "海洛因",
        "数量": "2",
        "单位": "两",
        "接收公安单位": "某县公安局",
        "移交日期": "2025-02-04",
        **TAIL,
    }
    return {**row, **changes}


def facility_month(code: str, month: str, **changes: object) -> dict[str, object]:
    """One monthly report of a facility, with numbers as JSON numbers."""
    row: dict[str, object] = {
        "机构编码": code,
        "月份": month,
        "机构名称": "某收治中心",
        "机构类型": "病残收治中心",
        "所在地": "430102",
        "床位数": 120,
        "在治人数": 80,
        "新入组": 3,
        "脱失": 1,
        "检测覆盖": 92.5,
        **TAIL,
    }
    return {**row, **changes}


def csv_text(rows: list[Row], header: list[str] | None = None, delimiter: str = ",") -> str:
    """Rows as CSV text with a header line."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    header = header or list(rows[0])
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return stream.getvalue()


def zip_of(files: dict[str, bytes]) -> bytes:
    """A ZIP archive of some files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 10, 31, 23, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def zip_bytes(data: bytes, name: str = "export.csv") -> bytes:
    """A ZIP archive with one file."""
    return zip_of({name: data})


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of a ZIP archive by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def gzip_bytes(text: str) -> bytes:
    """Text as gzipped UTF-8."""
    return gzip.compress(text.encode(), mtime=0)


def workbook_bytes(rows: list[Row], *, totals: bool = True) -> bytes:
    """A prison's workbook: title row, merged two-row header, data, totals row."""
    book = openpyxl.Workbook()
    sheet = book.active
    leaves = list(rows[0])
    groups = ["罪犯编号"] + ["身份信息"] * 7 + ["收监信息"] * 7 + ["导出信息"] * 3
    sheet.append(["收监情况表"])
    sheet.append(groups)
    sheet.append([None, *leaves[1:]])
    sheet.merge_cells(start_row=2, end_row=3, start_column=1, end_column=1)
    for first, last in ((2, 8), (9, 15), (16, 18)):
        sheet.merge_cells(start_row=2, end_row=2, start_column=first, end_column=last)
    for row in rows:
        sheet.append([row[name] or None for name in leaves])
    if totals:
        sheet.append(["合计", None, len(rows)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def flat_workbook_bytes(rows: list[Row]) -> bytes:
    """A workbook with a title row, one header row and a totals row."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["情况表"])
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([value or None for value in row.values()])
    sheet.append(["合计", len(rows)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xml_bytes(rows: list[Row], record_path: str) -> bytes:
    """Records at a path of an XML document, their fields as elements named by the headers."""
    *parents, record = record_path.split("/")
    root = place = ElementTree.Element(parents[0])
    for name in parents[1:]:
        place = ElementTree.SubElement(place, name)
    for row in rows:
        item = ElementTree.SubElement(place, record)
        for header, value in row.items():
            ElementTree.SubElement(item, header).text = value
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def page_bytes(items: list[dict[str, object]], page: int = 1, pages: int = 1, total: int | None = None) -> bytes:
    """One page of an agency's JSON."""
    body = {"page": page, "pages": pages, "total": len(items) if total is None else total, "items": items}
    return json.dumps(body, ensure_ascii=False).encode()


def deliver(
    exports: Path,
    path: str,
    delivery_id: str,
    files: dict[str, bytes],
    *,
    rows: int | None = None,
    exported_at: str = "2025-10-31T23:00:00",
    **manifest: object,
) -> None:
    """Put a delivery with its manifest into the drop folder."""
    folder = exports / path / delivery_id
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    if len(files) == 1:
        digest = next(iter(hashes.values()))
    else:
        digest = hashlib.sha256("".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()).hexdigest()
    body: dict[str, object] = {
        "delivery_id": delivery_id,
        "dataset": path.rsplit("/", maxsplit=1)[-1],
        "period": {"start": "2025-10-01", "end": "2025-11-01"},
        "due_at": "2025-11-02T00:00:00",
        "received_at": exported_at,
        "exported_at": exported_at,
        "sha256": digest,
        "files": sorted(files),
        **manifest,
    }
    if rows is not None:
        body["rows"] = rows
    (folder / "manifest.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")


def deliver_users(exports: Path, delivery_id: str, lines: list[Row], **manifest: object) -> None:
    """Deliver a snapshot of the register of drug users."""
    data = zip_bytes(csv_text(lines).encode("gb18030"))
    manifest.setdefault("rows", len(lines))
    deliver(exports, "police/police_drug_user", delivery_id, {f"{delivery_id}.zip": data}, **manifest)


def deliver_handovers(exports: Path, delivery_id: str, lines: list[Row], **manifest: object) -> None:
    """Deliver a delta of handovers."""
    manifest.setdefault("rows", len(lines))
    files = {f"{delivery_id}.csv.gz": gzip_bytes(csv_text(lines, list(handover(1))))}
    deliver(exports, "transport/transport_handover", delivery_id, files, **manifest)
