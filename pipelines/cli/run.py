"""`huiliu run`: every step in one process, without Airflow."""

from __future__ import annotations

from pathlib import Path

from pipelines import steps
from pipelines.cli import progress
from pipelines.cli.summary import print_summary
from pipelines.contracts import catalogue
from pipelines.ingest.fetch import FetchError
from pipelines.settings import settings


def _ingest(report: progress.Report, datasets: list[str]) -> list[str]:
    """Land, judge and stage every dataset; returns sentences about servers that could not be fetched from."""
    unreached = []
    for number, dataset in enumerate(datasets):
        try:
            waiting = steps.land(dataset)
        except FetchError as error:
            # One agency's server is no reason to leave the others' exports unread.
            unreached.append(f"{dataset}: {error}")
            report(unreached[-1], 0.6 * (number + 1) / len(datasets))
            continue
        accounts = steps.stage(dataset, steps.judge(dataset, waiting))
        staged = sum(int(account["staged"]) for account in accounts.values())
        report(
            f"{dataset}: {len(accounts)} deliveries, {staged:,} rows staged",
            0.6 * (number + 1) / len(datasets),
        )
    return unreached


def use_drop_folder(exports: Path | None) -> None:
    """Take `exports` for the drop folder of this command. Raises FileNotFoundError when it is no folder."""
    if exports is None:
        return
    if not exports.is_dir():
        raise FileNotFoundError(f"{exports} is not a folder; give the drop folder with --exports")
    settings().exports = exports


def run_all(exports: Path | None, *, rebuild: bool) -> None:
    """Land from `exports` (or the configured drop folder) and go on to a published release."""
    use_drop_folder(exports)
    if rebuild:
        steps.empty_after_landing()
    with progress.bar("run") as report:
        unreached = _ingest(report, [entry.dataset for entry in catalogue()])
        report(f"resolve: records {steps.resolve()}", 0.65)
        report(f"link: identities {steps.link()}", 0.8)
        if not rebuild and steps.is_current():
            report("nothing new: the current release stands", 1.0)
        else:
            release_id = steps.build(again=rebuild)
            report(f"build: candidate {release_id}", 0.9)
            steps.check(release_id)
            report(f"publish: release {steps.publish(release_id)}", 1.0)
    print_summary(steps.open_store())
    if unreached:
        raise FetchError(f"{len(unreached)} datasets were not fetched; the first: {unreached[0]}")
