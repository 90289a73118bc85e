"""Files as the agencies' systems write them. Nothing in a file depends on the clock: the same rows, the same bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from datetime import datetime
from xml.sax.saxutils import escape

from pipelines.province.records import TAIL, Dataset

Rows = list[list[str]]

PAGE_ITEMS = 500


def csv_text(header: list[str], rows: Rows) -> str:
    """Rows as CSV under a header; a row may have fewer or more fields than it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()


def zipped(members: dict[str, bytes], when: datetime) -> bytes:
    """A ZIP archive whose members all carry one time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, when.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=4)
    return stream.getvalue()


def csv_bytes(dataset: Dataset, header: list[str], rows: Rows, encoding: str) -> bytes:
    """A plain or gzipped CSV file."""
    data = csv_text(header, rows).encode(encoding)
    return gzip.compress(data, 5, mtime=0) if dataset.layout.container == "gzip" else data


def _item(dataset: Dataset, header: list[str], row: list[str]) -> dict[str, str | int | float | None]:
    item: dict[str, str | int | float | None] = {}
    for name, value in zip(header, row, strict=False):
        if name in dataset.numeric and value.replace(".", "", 1).isdigit():
            item[name] = float(value) if "." in value else int(value)
        else:
            item[name] = value if value != "" else None
    return item


def json_pages(dataset: Dataset, header: list[str], rows: Rows, when: datetime) -> dict[str, bytes]:
    """Pages of items; an empty delivery is one page without items."""
    pages = max(1, -(-len(rows) // PAGE_ITEMS))
    files = {}
    for page in range(pages):
        items = [_item(dataset, header, row) for row in rows[page * PAGE_ITEMS : (page + 1) * PAGE_ITEMS]]
        body = {
            "page": page + 1,
            "pages": pages,
            "total": len(rows),
            "exportedAt": when.isoformat(),
            "items": items,
        }
        files[f"page-{page + 1:03d}.json"] = json.dumps(body, ensure_ascii=False).encode()
    return files


_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="{kind}" Target="{target}"/></Relationships>'
)
_WORKBOOK = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    f'xmlns:r="{_RELATION}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def _letters(column: int) -> str:
    """The letters of a column counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _escaped(row: list[str]) -> list[str]:
    """The cells of a row as text of XML; hardly a row holds a character that is written otherwise there."""
    whole = "".join(row)
    return [escape(value) for value in row] if "&" in whole or "<" in whole or ">" in whole else row


def _sheet(rows: list[list[str]], merged: list[str]) -> str:
    lines = []
    columns = [_letters(place) for place in range(1, max(len(row) for row in rows) + 1)]
    for number, row in enumerate(rows, 1):
        cells = "".join(
            [
                f'<c r="{column}{number}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'
                for column, value in zip(columns, _escaped(row), strict=False)
                if value != ""
            ]
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    spans = "".join(f'<mergeCell ref="{span}"/>' for span in merged)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'{"".join(lines)}</sheetData><mergeCells count="{len(merged)}">{spans}</mergeCells></worksheet>'
    )


def workbook_bytes(dataset: Dataset, header: list[str], rows: Rows, when: datetime) -> bytes:
    """A workbook with a title, the header, the data and a row of totals; a header with groups has two rows."""
    width = len(header)
    head, merged = [header], [f"A1:{_letters(width)}1"]
    if dataset.groups:
        groups = [header[0]] + [""] * (width - 1)
        merged.append("A2:A3")
        column = 2
        for name, count in dataset.groups:
            groups[column - 1] = name
            merged.append(f"{_letters(column)}2:{_letters(column + count - 1)}2")
            column += count
        head = [groups, ["", *header[1:]]]
    title = f"{dataset.title}({when:%Y年%m月})"
    sheet = [[title], *head, *rows, ["合计", "", str(len(rows))]]
    return zipped(
        {
            "[Content_Types].xml": _TYPES.encode(),
            "_rels/.rels": _RELATIONS.format(kind=f"{_RELATION}/officeDocument", target="xl/workbook.xml").encode(),
            "xl/workbook.xml": _WORKBOOK.encode(),
            "xl/_rels/workbook.xml.rels": _RELATIONS.format(
                kind=f"{_RELATION}/worksheet", target="worksheets/sheet1.xml"
            ).encode(),
            "xl/worksheets/sheet1.xml": _sheet(sheet, merged).encode(),
        },
        when,
    )


def xml_bytes(header: list[str], rows: Rows) -> bytes:
    """A document with one `record` per row, and in it one element per column."""
    records = "".join(
        f"<record>{''.join(f'<{n}>{v}</{n}>' for n, v in zip(header, _escaped(row), strict=True))}</record>\n"
        for row in rows
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<records>\n{records}</records>\n'.encode()


def files_of(
    dataset: Dataset,
    stem: str,
    rows: Rows,
    when: datetime,
    *,
    header: list[str] | None = None,
    encoding: str | None = None,
) -> dict[str, bytes]:
    """The files of one delivery, by name; `header` and `encoding` differ only where a delivery is spoilt."""
    header = header or [*dataset.header, *TAIL]
    match dataset.layout.format:
        case "json":
            return json_pages(dataset, header, rows, when)
        case "xlsx":
            return {f"{stem}.xlsx": workbook_bytes(dataset, header, rows, when)}
        case "xml":
            return {f"{stem}.xml": xml_bytes(header, rows)}
    data = csv_bytes(dataset, header, rows, encoding or dataset.layout.encoding)
    if dataset.layout.container == "zip":
        return {f"{stem}.zip": zipped({f"{stem}.csv": data}, when)}
    return {f"{stem}.csv.gz" if dataset.layout.container == "gzip" else f"{stem}.csv": data}
