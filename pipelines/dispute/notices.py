"""Correction notices: what each agency that had a part in a dispute is told, without a name or a number."""

from __future__ import annotations

from pipelines.dispute.trace import Trace
from pipelines.ledger.casework import Dispute
from pipelines.store import Store

_CORRECTED = """# 更正通知 Correction notice

- 争议编号 dispute: {dispute_id}
- 受文单位 to: {agency}
- 发现时的版本 release at the time: {release_id}

经核查,下列记录并非其所载人员本人,已与该人员分开;本单位记录请予核实更正,并以更正(改/删)报送。
The records below are not about the person they were held to be about. They have been parted from that person here.
Please check them at the source and send a correction (改 or 删).

{records}

已受影响的表 tables the next release corrects: {tables}.
已向其他单位或系统提供过上述内容的,请一并通知更正。Please notify whom you passed them on to.
"""
_INFORMED = """# 更正告知 Notice of a correction elsewhere

- 争议编号 dispute: {dispute_id}
- 受文单位 to: {agency}
- 发现时的版本 release at the time: {release_id}

贵单位的下列记录涉及的人员,曾与其他单位的记录误并,现已分开。凡据此作出的判断请予复核。
The person of your records below was wrongly joined with records of another agency; they are parted now. Please look
again at whatever rested on the joined records.

{records}
"""


def write_notices(store: Store, dispute: Dispute, found: Trace, wrong: set[str], outcome: str) -> list[str]:
    """Write a notice per agency into `private/disputes/<number>/`; returns their paths. A rejected one needs none."""
    if outcome != "corrected":
        return []
    folder = store.private / "disputes" / str(dispute.dispute_id)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for agency in found.agencies:
        theirs = [row for row in found.rows if row.agency == agency]
        blamed = [row for row in theirs if row.record in wrong]
        text = (_CORRECTED if blamed else _INFORMED).format(
            dispute_id=dispute.dispute_id,
            agency=agency,
            release_id=found.release_id,
            records="\n".join(
                f"- {row.record} ({row.delivery_id}, {row.file_name or '-'}:{row.line_number})"
                for row in blamed or theirs
            ),
            tables=", ".join(sorted({table for row in blamed for table in row.tables})) or "-",
        )
        path = folder / f"{'correct' if blamed else 'inform'}-{agency}.md"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        written.append(str(path))
    return written
