"""The steps of the way of a row, with plain strings in and out, so that one call is the body of one task.

`huiliu run` and the DAGs call these same functions. Each opens the store and the ledger of the settings and
records its run; what it returns holds ids and counts, never a value of a row.
"""

from __future__ import annotations

import logging
import shutil
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pipelines.contracts import contract_of, load_contracts
from pipelines.ingest.fetch import fetch
from pipelines.ingest.land import land as land_dataset
from pipelines.ingest.land import waiting
from pipelines.ledger import open_ledger
from pipelines.settings import settings
from pipelines.store import Store, read_json

if TYPE_CHECKING:
    from pipelines.link.clerk import Linkage

logger = logging.getLogger(__name__)


def open_store() -> Store:
    """The store of the settings, its folders made."""
    store = Store(settings().home_path)
    store.prepare()
    return store


def _day(value: str | date | None) -> date | None:
    if value is None or isinstance(value, date):
        return value
    return datetime.fromisoformat(value).date()


def land(
    dataset: str,
    start: str | date | None = None,
    end: str | date | None = None,
    connection: str | None = None,
) -> list[str]:
    """Fetch and land what the agency offers; returns the deliveries to judge (those of [start, end) if given).

    `connection` is the URI of the server's connection; without it, that of the settings.
    """
    store, contract = open_store(), contract_of(dataset)
    uri = connection or settings().connection(contract.server.connection or "")
    with open_ledger().step_run("land", dataset) as run:
        fetched = fetch(store, contract, settings().exports_path, uri, datetime.now())
        fresh = land_dataset(store, contract, fetched.folder)
        fetched.landed()
        ids = waiting(store, contract, _day(start), _day(end))
        refused = f"; {len(fetched.refused)} refused: {' · '.join(fetched.refused)}" if fetched.refused else ""
        run.result = f"{len(fresh)} landed, {len(ids)} to judge{refused}"
    for sentence in fetched.refused:
        logger.warning("%s: %s", dataset, sentence)
    return ids


def judge(dataset: str, delivery_ids: list[str]) -> list[str]:
    """Read and judge deliveries, each with a run of its own in the ledger; returns their ids.

    Called again, it goes on with the first delivery that is not judged yet.
    """
    from pipelines.ingest.judge import judge as judge_delivery

    for delivery_id in delivery_ids:
        with open_ledger().step_run("judge", f"{dataset} {delivery_id}"):
            judge_delivery(open_store(), contract_of(dataset), delivery_id)
    return delivery_ids


def stage(dataset: str, delivery_ids: list[str]) -> dict[str, dict[str, int | str]]:
    """Decide about judged deliveries and put their rows in place; returns row accounts by delivery."""
    from pipelines.ingest.amend import guard
    from pipelines.ingest.stage import stage as stage_deliveries

    ledger = open_ledger()
    with ledger.step_run("stage", dataset) as run:
        accounts = stage_deliveries(open_store(), contract_of(dataset), delivery_ids, ledger)
        told = guard(open_store(), contract_of(dataset))
        run.result = "; ".join([f"{len(accounts)} deliveries", *told])
    for sentence in told:
        logger.warning("%s", sentence)
    return accounts


def resolve() -> str:
    """Bring all accepted deliveries to current records; returns the fingerprint of the records."""
    from pipelines.ingest.resolve import resolve as resolve_all

    with open_ledger().step_run("resolve", "all") as run:
        run.result = resolve_all(open_store(), load_contracts())
    return run.result


def link() -> str:
    """Link mentions to persons and documents to cases; returns the fingerprint of the identities."""
    from pipelines.link.decisions import from_ledger
    from pipelines.link.link import link as link_all

    ledger = open_ledger()
    with ledger.step_run("link", "all") as run:
        run.result = link_all(open_store(), load_contracts(), from_ledger(ledger.links_in_force()))
    return run.result


def parse() -> str:
    """Have the definitions of the tables parsed, which needs no data; returns the name of what was parsed."""
    from pipelines.build.project import parse as parse_project

    with open_ledger().step_run("parse", "all") as run:
        run.result = parse_project(open_store()).stem
    return run.result


def linkage() -> Linkage:
    """What a clerk decides on: the records and the ledger of the settings."""
    from pipelines.link.clerk import Linkage

    return Linkage(open_store(), load_contracts(), open_ledger())


def is_current() -> bool:
    """Whether the current release was made from exactly the present records, identities and models."""
    from pipelines.build.build import release_id

    store = open_store()
    current = store.releases / "current"
    return current.exists() and read_json(current / "manifest.json").get("release_id") == release_id(store)


def build(*, again: bool = False) -> str:
    """Build the candidate release, `again` even when that release stands; returns its id."""
    from pipelines.build.build import build as build_candidate

    with open_ledger().step_run("build", "all") as run:
        run.result = build_candidate(open_store(), again=again)
    return run.result


def check(release_id: str) -> dict[str, Any]:
    """Check a candidate; raises when a critical check fails, and the last release stands."""
    from pipelines.publish.check import check as check_candidate

    ledger = open_ledger()
    with ledger.step_run("check", release_id):
        return check_candidate(open_store(), release_id, ledger)


def publish(release_id: str) -> str:
    """Publish a checked candidate and repoint `current`; returns the release id."""
    from pipelines.dispute.resolve import record_corrections
    from pipelines.publish.publish import publish as publish_candidate

    ledger = open_ledger()
    with ledger.step_run("publish", release_id) as run:
        published = publish_candidate(open_store(), release_id, ledger.pinned_releases())
        corrected = record_corrections(linkage(), published)
        run.result = f"{len(corrected)} disputes corrected" if corrected else ""
    return published


def empty_after_landing() -> None:
    """Throw away everything made after landing but keys, decisions and published releases, for a rebuild."""
    store = open_store()
    for folder in (
        store.judged,
        store.staging,
        store.quarantine,
        store.records,
        store.identity,
        store.candidate,
    ):
        shutil.rmtree(folder, ignore_errors=True)
    open_ledger().forget_deliveries()
