"""Issue a report: from the current release, pinned so that what is cited stays to be looked up."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipelines.contracts import load_contracts
from pipelines.ledger import Ledger
from pipelines.publish.publish import current
from pipelines.report.report import render
from pipelines.report.source import Dataset, open_release
from pipelines.store import Store


def current_release(store: Store) -> str:
    """The id of the current release. Raises FileNotFoundError before the first."""
    release_id = current(store)
    if release_id is None:
        raise FileNotFoundError("there is no release yet; run `huiliu run`")
    return release_id


def datasets() -> dict[str, Dataset]:
    """Chinese names of datasets, offices and columns; a contract names its owner in English, then in Chinese."""
    return {
        name: Dataset(one.title_zh, one.owner.split()[-1], {column.name: column.header for column in one.columns})
        for name, one in load_contracts().items()
    }


def issue(
    store: Store, ledger: Ledger, out: Path, period: str, region: str, clearance: str, user: str, made_at: datetime
) -> str:
    """Write the report of a period and region to `out`; returns the id of the release it cites, now pinned.

    Raises ValueError for a period, region or clearance the release does not have: nothing is written or pinned then.
    """
    release_id = current_release(store)
    with open_release(store, release_id, clearance) as release:
        html = render(release, period, region, datasets(), made_at)
    ledger.pin_release(release_id, f"report {period} {region} {clearance}", user)
    if not (store.releases / release_id).exists():
        raise RuntimeError(f"release {release_id} was pruned while the report was made; run `huiliu report` again")
    write(out, html, private=clearance == "warehouse")
    return release_id


def write(path: Path, html: str, *, private: bool) -> None:
    """Write the page; one with exact small numbers is readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600 if private else 0o644)
    if private:
        path.chmod(0o600)
    path.write_text(html, encoding="utf-8")
