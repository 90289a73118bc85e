"""What becomes of a workbook somebody filled in by hand, once it is landed."""

from __future__ import annotations

from pipelines.cli.out import console


def take_in(dataset: str, delivery_id: str, what: str) -> None:
    """Judge and stage a delivery and say how many of its `what` were taken.

    Raises ValueError when some were not; those that were stand.
    """
    from pipelines import steps

    steps.judge(dataset, [delivery_id])
    accounts = steps.stage(dataset, [delivery_id])[delivery_id]
    console.print(f"delivery {delivery_id}: {accounts['status']}, {accounts['staged']} {what} taken")
    if accounts["status"] != "accepted" or accounts["quarantined"]:
        raise ValueError(f"{accounts['quarantined']} {what} were not taken; see: huiliu quarantine show {delivery_id}")
    console.print("They count from the next release on: huiliu run")
