"""The `servers` entries of a contract: where deliveries come from and how, never with which password.

The first entry also says how a delivery is read (format, encoding, container …). That holds for every entry,
so that what was landed stays readable whichever server it came from; the other entries say only where it is
fetched. `HUILIU_SERVERS` chooses the entry by its `server` name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pipelines.settings import settings

_TREE = frozenset({"connection", "manifest", "settleSeconds"})
# What an entry of each type may say beyond the standard's own keys.
FETCH_PROPERTIES: dict[str, frozenset[str]] = {
    "local": _TREE,
    "sftp": _TREE | {"nameEncoding"},
    "s3": _TREE,
    "api": frozenset(
        {"connection", "cursorParameter", "cursorKey", "moreKey", "sizeParameter", "pageSize", "maxPages"}
    ),
    "postgresql": frozenset({"connection", "table", "watermarkColumn", "lookbackSeconds"}),
}
MANIFEST_BY = frozenset({"sender", "none"})


@dataclass(frozen=True)
class Server:
    """One place deliveries come from. `location` is a path below the drop folder, or a URL without credentials.

    Without `connection` it is the drop folder, read where it lies; everything else is fetched.
    """

    name: str
    type: str
    location: str
    connection: str | None = None
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def manifest_by_sender(self) -> bool:
        """Whether the agency writes a manifest, last of all, so that a delivery without one is not complete."""
        return bool(self.options.get("manifest", "sender") == "sender")


def custom_properties(entry: dict[str, Any]) -> dict[str, Any]:
    """The custom properties of an entry as a dictionary."""
    return {item["property"]: item["value"] for item in entry.get("customProperties") or []}


def _location(entry: dict[str, Any]) -> str:
    if entry["type"] == "postgresql":
        return f"postgresql://{entry['host']}:{entry['port']}/{entry['database']}/{entry['schema']}"
    return str(entry["path"] if entry["type"] == "local" else entry["location"])


def _objections(server: Server, reading: dict[str, Any], delivery_mode: str) -> list[str]:
    """What is wrong with one entry, in sentences."""
    found = []
    url = urlsplit(server.location)
    if url.username or url.password or url.query:
        found.append("its location holds a login or a query; credentials belong in the connection")
    if server.type != "local" and not server.connection:
        found.append("it names no connection; add the custom property connection")
    if server.type == "api" and url.scheme != "https":
        found.append("its location is no https:// address")
    if server.options.get("manifest", "sender") not in MANIFEST_BY:
        found.append(f"manifest is {server.options['manifest']!r}; use one of {sorted(MANIFEST_BY)}")
    if server.type == "api" and reading["format"] != "json":
        found.append("an API gives pages of JSON; the contract's format must be json")
    if server.type == "postgresql":
        if reading["format"] != "csv" or reading.get("container"):
            found.append("rows of exchange tables are written as plain csv; the format must be csv without container")
        if "table" not in server.options:
            found.append("it names no table; add the custom property table")
        if delivery_mode == "delta" and "watermarkColumn" not in server.options:
            found.append("a delta needs watermarkColumn, the column that tells new rows from those fetched before")
    return found


def parse_servers(
    entries: list[dict[str, Any]], delivery_mode: str
) -> tuple[dict[str, Server], dict[str, Any], list[str]]:
    """Servers by name, how deliveries are read, and objections (sentences) to the entries."""
    reading: dict[str, Any] = {"format": entries[0].get("format") or custom_properties(entries[0]).get("format")}
    servers: dict[str, Server] = {}
    objections: list[str] = []
    for number, entry in enumerate(entries):
        name, kind, extra = entry["server"], entry["type"], custom_properties(entry)
        if kind not in FETCH_PROPERTIES:
            objections.append(f"server {name}: type {kind!r}; known are {sorted(FETCH_PROPERTIES)}")
            continue
        mine = {key: value for key, value in extra.items() if key in FETCH_PROPERTIES[kind]}
        others = {key: value for key, value in extra.items() if key not in mine and key != "format"}
        if number == 0:
            reading |= others
        elif others:
            objections.append(f"server {name}: unknown custom property {sorted(others)} for type {kind}")
        if entry.get("format", extra.get("format", reading["format"])) != reading["format"]:
            objections.append(f"server {name}: its format differs from the first entry's {reading['format']!r}")
        if name in servers:
            objections.append(f"server {name} is named twice")
        server = Server(name, kind, _location(entry), mine.pop("connection", None), mine)
        servers[name] = server
        objections += [f"server {name}: {said}" for said in _objections(server, reading, delivery_mode)]
    return servers, reading, objections


def chosen_name(names: list[str]) -> str | None:
    """The first name of `HUILIU_SERVERS` (a list in order of preference) that a contract has."""
    return next((wanted for wanted in settings().server_names if wanted in names), None)
