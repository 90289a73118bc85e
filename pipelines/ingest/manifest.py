"""Manifests: what a sender says about a delivery, field by field, since a broken manifest must not stop the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.ingest.delivery import MANIFEST
from pipelines.store import Json

LARGEST_MANIFEST = 4 << 20
_LOCAL = ZoneInfo("Asia/Shanghai")


class ManifestError(ValueError):
    """A manifest that cannot be read at all; says why, without a value of it."""


def parse_manifest(path: Path) -> Json:
    """The JSON object of a sender's manifest, its fields as they came. Raises ManifestError."""
    if path.stat().st_size > LARGEST_MANIFEST:
        raise ManifestError(f"its {MANIFEST} is larger than {LARGEST_MANIFEST >> 20} MB")
    try:
        manifest = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise ManifestError(f"its {MANIFEST} is not valid JSON") from None
    if not isinstance(manifest, dict):
        raise ManifestError(f"its {MANIFEST} is no JSON object")
    return manifest


def _of(kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError
    return value


def _time(value: Any) -> Any:
    """A time as local time in one form, because times are compared as text."""
    time = datetime.fromisoformat(value)
    return (time if time.tzinfo is None else time.astimezone(_LOCAL).replace(tzinfo=None)).isoformat()


def _count(value: Any) -> Any:
    if isinstance(value, bool) or int(value) != value or value < 0:
        raise ValueError
    return int(value)


def _period(value: Any) -> Any:
    if value == {}:
        return None
    if date.fromisoformat(value["start"]) >= date.fromisoformat(value["end"]):
        raise ValueError
    return value


# What a field must be, and how it is read.
_FIELDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "correction_of": ("the id of a delivery", partial(_of, str)),
    "sha256": ("a text", partial(_of, str)),
    "rows": ("a number of rows", _count),
    "period": ("{start, end}, two dates in order", _period),
    "control_totals": ("an object", partial(_of, dict)),
    **dict.fromkeys(("received_at", "exported_at", "due_at"), ("a time, YYYY-MM-DDTHH:MM:SS", _time)),
}


def sent_manifest(path: Path) -> tuple[Json, list[str]]:
    """A sender's manifest without the fields that are not what they must be, and what is wrong, without a value.

    Both are empty where there is no manifest.
    """
    if not path.exists():
        return {}, []
    try:
        manifest = parse_manifest(path)
    except ManifestError as error:
        return {}, [str(error)]
    wrong = []
    for name in _FIELDS.keys() & manifest.keys():
        form, read = _FIELDS[name]
        try:
            manifest[name] = None if manifest[name] is None else read(manifest[name])
        except (ValueError, TypeError, KeyError, OverflowError):
            del manifest[name]
            wrong.append(f"{name} is not {form}")
    return manifest, sorted(wrong)
