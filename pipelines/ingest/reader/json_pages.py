"""Pages of JSON objects, numbered (`page` of `pages`) or chained by cursors; a missing page refuses the set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.ingest.reader.containers import blocks_of, kind_of, readable
from pipelines.ingest.reader.rows import LONGEST_CELL, Rows, Unreadable


def _page(path: Path, options: dict[str, Any], limit: int) -> dict[str, Any]:
    with readable(path.name):
        data = b"".join(blocks_of(path, options.get("container"), limit))
    try:
        page = json.loads(data.decode("utf-8-sig"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        kind = kind_of(data)
        found = f"is {kind}" if kind and kind != "JSON" else "is not valid JSON in UTF-8"
        raise Unreadable(f"{path.name} {found}; fetch it again") from None
    key = options["itemsKey"]
    if not isinstance(page, dict) or not isinstance(page.get(key), list):
        raise Unreadable(f"{path.name} has no list {key!r}; fetch it again")
    if not all(isinstance(item, dict) for item in page[key]):
        raise Unreadable(f"{path.name} has items in {key!r} that are no objects; fetch it again")
    return page


def _whole_number(value: Any, name: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Unreadable(f"{name} has a page number or total that is no number; fetch it again") from None


class _Set:
    """What the pages of one set say about the set, checked when all are read."""

    def __init__(self, cursor_key: str) -> None:
        self._cursor_key = cursor_key
        self._numbers: list[int] = []
        self._ends: list[bool] = []
        self._wanted: int | None = None
        self._total: int | None = None
        self.items = 0

    def add(self, page: dict[str, Any], items: int, name: str) -> None:
        """Note one page, in name order."""
        self._ends.append(page.get(self._cursor_key) in (None, ""))
        if "page" in page:
            self._numbers.append(_whole_number(page["page"], name))
        if self._wanted is None and "pages" in page:
            self._wanted = _whole_number(page["pages"], name)
        if self._total is None and "total" in page:
            self._total = _whole_number(page["total"], name)
        self.items += items

    def check(self) -> None:
        """Raise Unreadable when a page or an item is missing."""
        count = len(self._ends)
        chained = not all(self._ends)
        if chained and self._ends != [False] * (count - 1) + [True]:
            raise Unreadable(f"the chain of cursors does not end with the last of {count} pages; fetch the set again")
        wanted = self._wanted or 1
        # Pages without numbers are whole by their chain, or by the total of items.
        known_whole = wanted == 1 and (chained or self._total is not None or count == 1)
        numbered = len(self._numbers) == count and sorted(self._numbers) == list(range(1, wanted + 1))
        if not numbered and (self._numbers or not known_whole):
            raise Unreadable(f"{count} of {wanted} pages arrived; fetch the set again")
        if self._total is not None and self._total != self.items:
            raise Unreadable(f"{self.items} of {self._total} items arrived; fetch the set again")


def _text(value: Any, name: str) -> str | None:
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is not None and not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False)
    if value is not None and len(value) > LONGEST_CELL:
        raise Unreadable(f"{name} has a value of over {LONGEST_CELL:,} characters; fetch it again")
    # A lone surrogate is valid in JSON and in no text.
    return None if value is None else value.encode("utf-8", "replace").decode()


def _items(job: dict[str, Any], pages: _Set) -> Iterator[tuple[str, dict[str, Any]]]:
    left = job["limit_bytes"]
    for name in job["files"]:
        path = Path(name)
        page = _page(path, job["options"], left)
        left -= path.stat().st_size
        items = page[job["options"]["itemsKey"]]
        pages.add(page, len(items), path.name)
        for item in items:
            yield path.name, item


def read_json(job: dict[str, Any], rows: Rows) -> None:
    """Items of all pages in order; the line number of an item is its place in the set."""
    if not job["files"]:
        raise Unreadable("the delivery holds no page; fetch it again")
    pages = _Set(str(job["options"].get("cursorKey", "next_cursor")))
    rows.header(list(rows.agreed), job["files"][0])
    found: dict[str, None] = {}
    for number, (name, item) in enumerate(_items(job, pages), start=1):
        found.update(dict.fromkeys(item))
        rows.add(number, [_text(item.get(header), name) for header in rows.agreed])
    pages.check()
    if found:
        rows.found = list(found)
