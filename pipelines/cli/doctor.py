"""`huiliu doctor`: what is wrong with this installation, each point with what to do."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable
from contextlib import suppress

from pipelines.cli.out import console
from pipelines.settings import settings


def _python() -> str:
    if sys.version_info[:2] != (3, 11):
        raise RuntimeError(f"Python is {sys.version.split()[0]}; install 3.11 and run `make setup`")
    return sys.version.split()[0]


def _contracts() -> str:
    from pipelines.contracts import load_contracts

    return f"{len(load_contracts())} contracts keep the standard"


def _corrections() -> str:
    from pipelines.contracts import load_contracts
    from pipelines.contracts.corrections import FILE, CorrectionError, load_corrections
    from pipelines.ingest.amend import guard
    from pipelines.store import Store

    contracts = load_contracts()
    found = load_corrections(contracts)
    if unknown := sorted({one.dataset for one in found} - set(contracts)):
        raise CorrectionError(f"{FILE} names datasets without contract: {', '.join(unknown)}")
    store = Store(settings().home_path)
    told = [sentence for name in sorted({one.dataset for one in found}) for sentence in guard(store, contracts[name])]
    if told:
        raise CorrectionError("; ".join(told))
    return f"{len(found)}, none of which the agencies have fixed meanwhile"


def _codes() -> str:
    from pipelines.codes import code_tables

    tables = code_tables()
    return f"{len(tables.regions)} region codes, {len(tables.drugs)} drug names"


def _home() -> str:
    home = settings().home_path
    private = home / "private"
    if private.exists() and stat.S_IMODE(private.stat().st_mode) & 0o077:
        raise RuntimeError(f"{private} is open to others; run `chmod 700 {private}`")
    free = shutil.disk_usage(home if home.exists() else home.parent).free
    if free < 5 << 30:
        raise RuntimeError(f"only {free >> 30} GB free where {home} lies; free 5 GB")
    return f"{home}, {free >> 30} GB free"


def _drop() -> str:
    exports = settings().exports_path
    return f"{exports}" + ("" if exports.is_dir() else " (not there yet: agencies' exports go there)")


def _ledger() -> str:
    from pipelines.ledger import open_ledger

    return f"{len(open_ledger().deliveries())} deliveries on record"


def _release() -> str:
    from pipelines.store import Store, read_json

    current = Store(settings().home_path).releases / "current"
    if current.is_symlink() and not current.exists():
        raise RuntimeError(f"{current} points nowhere; run `huiliu rollback` or `huiliu run`")
    return str(read_json(current / "manifest.json").get("release_id", "none yet"))


def _connection_checks() -> list[tuple[str, Callable[[], str]]]:
    """One check per connection of the chosen servers; none while everything comes from the drop folder."""
    from pipelines.contracts import Server, load_contracts
    from pipelines.ingest.fetch import reach

    def check(servers: list[Server]) -> Callable[[], str]:
        uri = settings().connection(servers[0].connection or "")
        return lambda: "; ".join(f"{server.location} {reach(server, uri)}" for server in servers)

    by_name: dict[str, list[Server]] = {}
    for contract in load_contracts().values():
        if contract.server.connection:
            by_name.setdefault(contract.server.connection, []).append(contract.server)
    return [(f"connection {name}", check(servers)) for name, servers in sorted(by_name.items())]


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("python", _python),
    ("contracts", _contracts),
    ("corrections", _corrections),
    ("code tables", _codes),
    ("home", _home),
    ("drop folder", _drop),
    ("ledger", _ledger),
    ("release", _release),
)


def examine() -> bool:
    """Run every check and print a line each; True when all are well."""
    well = True
    checks = list(CHECKS)
    with suppress(ValueError):  # the line about contracts says what is wrong with them
        checks += _connection_checks()
    for name, check in checks:
        try:
            console.print(f"ok    {name}: {check()}", markup=False)
        except Exception as error:
            well = False
            console.print(f"WRONG {name}: {error}", markup=False)
    return well
