"""Bytes to text where one file may hold lines in two encodings, GB18030 and UTF-8.

GB18030 reads nearly any bytes, UTF-8 hardly any that were not meant so. A line that only one of the two reads is
in that one. A line that both read is in UTF-8 when that makes it nothing but Chinese characters and their
punctuation: three characters of GB18030 do so by chance less than once in ten thousand, a whole line never.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.ingest.reader.rows import OTHER_ENCODING, UNDECODABLE

GB18030 = "gb18030"
UTF8 = "utf-8"
BOM = b"\xef\xbb\xbf"

_CHINESE = re.compile(
    r"[\x00-\x7f]*(?:[·—‘’“”…\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff][\x00-\x7f]*)+"
)
# A value in GB18030 whose bytes may be UTF-8 of Chinese characters; whether they are is decided by its line.
_MAYBE_UTF8 = r"^[\x00-\x7f]*(?:(?:[\xe2-\xef][\x80-\xbf][\x80-\xbf]|\xc2\xb7)[\x00-\x7f]*)+$"


def encoding_named(name: str) -> str:
    """GB18030 or UTF-8 for the name in a contract."""
    return GB18030 if name.lower().startswith("gb") else UTF8


def _strict(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def decode_line(line: bytes, agreed: str) -> tuple[str, int]:
    """The text of one line and its flaw; what no encoding reads keeps U+FFFD in place of its bytes."""
    if line.isascii():
        return line.decode("ascii"), 0
    utf8 = _strict(line, UTF8)
    if utf8 is not None and (agreed == UTF8 or _CHINESE.fullmatch(utf8)):
        return utf8, 0 if agreed == UTF8 else OTHER_ENCODING
    gb18030 = _strict(line, GB18030)
    if gb18030 is not None:
        return gb18030, 0 if agreed == GB18030 else OTHER_ENCODING
    if utf8 is not None:
        return utf8, OTHER_ENCODING
    return line.decode(agreed, errors="replace"), UNDECODABLE


def decode_values(values: pa.Array, agreed: str) -> pa.Array | None:
    """Bytes without newlines as text, or None when a value is not, or may not be, in the agreed encoding."""
    if agreed == UTF8 or _is_ascii(values):
        try:
            return values.cast(pa.string())
        except pa.ArrowInvalid:
            return None
    if pc.any(pc.match_substring_regex(values, _MAYBE_UTF8)).as_py():
        return None
    # One text holds them all, so that a value cut within a character takes the line break for its other half.
    whole = pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values)
    text = _strict(pc.binary_join(whole, b"\n")[0].as_py(), agreed)
    return None if text is None else pc.split_pattern(pa.array([text]), "\n").values


def _is_ascii(values: pa.Array) -> bool:
    data = values.buffers()[2]
    return data is None or bool(np.frombuffer(data, np.uint8).max(initial=0) < 0x80)
