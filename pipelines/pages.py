"""Static pages of tables: no script, nothing loaded from elsewhere, every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

_STYLE = """
body { font: 15px/1.5 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; color: #1f2933;
  margin: 2rem auto; max-width: 76rem; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem } a { color: #0b5cad }
table { border-collapse: collapse; width: 100% } th, td { padding: .35rem .6rem; border-bottom: 1px solid #d9e0e6;
  text-align: left; vertical-align: top } th { background: #eef2f6; font-weight: 600 }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
tr.bad td { background: #fdecea } tr.warn td { background: #fff7e0 } p.none { color: #66727d }
"""
Cell = str | int | float | None


class Link(str):
    """Text of a cell that leads to `target`, a page beside or below."""

    target: str

    def __new__(cls, text: str, target: str) -> Link:
        """A text that remembers where it leads."""
        made = super().__new__(cls, text)
        made.target = target
        return made


def _shown(value: Cell) -> str:
    if isinstance(value, Link):
        return f'<a href="{escape(value.target, quote=True)}">{escape(value)}</a>'
    if isinstance(value, float):
        return f"{value:.2%}"
    return f"{value:,}" if isinstance(value, int) else escape(value or "")


def table(header: Sequence[str], rows: Sequence[Sequence[Cell]], marks: Sequence[str] = ()) -> str:
    """An HTML table. Integers are counts, floats are shares; `marks` names the class of each row (bad, warn)."""
    if not rows:
        return '<p class="none">无 None</p>'
    numeric = [any(isinstance(row[place], (int, float)) for row in rows) for place in range(len(header))]
    kinds = [' class="number"' if is_number else "" for is_number in numeric]
    lines = ["".join(f"<th{kind}>{escape(name)}</th>" for name, kind in zip(header, kinds, strict=True))]
    for place, row in enumerate(rows):
        mark = f' class="{marks[place]}"' if place < len(marks) and marks[place] else ""
        cells = "".join(f"<td{kind}>{_shown(value)}</td>" for value, kind in zip(row, kinds, strict=True))
        lines.append(f"<tr{mark}>{cells}</tr>")
    return f"<table>{lines[0]}{''.join(lines[1:])}</table>"


def write_page(path: Path, title: str, parts: Sequence[tuple[str, str]]) -> None:
    """Write a page of headed parts (heading, HTML)."""
    body = "".join(f"<h2>{escape(heading)}</h2>{html}" for heading, html in parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{body}</body></html>",
        encoding="utf-8",
    )
