"""An HTTPS JSON API: pages by cursor, one delivery of the pages as they came.

Each answer holds a list of items and the cursor of the next page; at the end it holds none, or says that there
is no more and gives the cursor to ask with next time. Pages fetched so far and the next cursor stay when a run
dies, so the next run goes on from there. The set is taken only if every page tells the same total and as many
items came.
"""

from __future__ import annotations

import json
import os
import shutil
import ssl
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from pipelines.contracts import Contract, Server
from pipelines.ingest.delivery import MANIFEST, content_hash
from pipelines.ingest.fetch.connection import Connection, FetchError, told
from pipelines.ingest.fetch.inbox import PAGES, Inbox, own_manifest
from pipelines.store import read_json, write_json

ATTEMPTS = 5
# A server that wants us to wait longer than this gets its wish: the next run goes on.
LONGEST_WAIT = 300.0
LARGEST_PAGE = 64 << 20
MOST_PAGES = 2_000
BUSY = frozenset({429, 500, 502, 503, 504})
PROGRESS = "progress.json"
_BACK_OFF = wait_exponential_jitter(multiplier=0.5, max=30)


class Busy(Exception):
    """The server cannot answer now, or the line broke; `wait` is the Retry-After it sent, in seconds."""

    def __init__(self, said: str, wait: float | None = None) -> None:
        super().__init__(said)
        self.wait = wait


class CursorGone(Exception):
    """The server no longer knows a cursor, or the set changed under it: begin again."""


@dataclass
class Progress:
    """How far a set of pages has come; `cursor` asks for the next page."""

    cursor: str | None
    total: int | None = None
    pages: int = 0
    items: int = 0
    done: bool = False


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header, in either of its two forms (RFC 9110 §10.2.3); None when unreadable."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header.strip())
    try:
        return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
    except (TypeError, ValueError):
        return None


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, Busy) else None
    return _BACK_OFF(state) if asked is None else asked


class Api:
    """One API with its token, to be used in a `with` block."""

    def __init__(self, server: Server, connection: Connection) -> None:
        if not connection.password:
            raise FetchError(f"connection {connection.name} holds no token; write https://:TOKEN@host")
        self.server = server
        self.name = connection.name
        host, port = connection.address(server, 443)
        url = urlsplit(server.location)
        self.url = urlunsplit(("https", f"{host}:{port}", url.path, "", ""))
        with told(
            f"connection {self.name}: ca_file cannot be read", (OSError, ssl.SSLError), "name a readable PEM file"
        ):
            trust = ssl.create_default_context(cafile=connection.extra.get("ca_file"))
        self._client = httpx.Client(
            verify=trust,
            # Proxies and certificates of the environment are not followed: the token goes where the connection says.
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(60, connect=20),
            headers={"Authorization": f"Bearer {connection.password}", "Accept": "application/json"},
        )

    def __enter__(self) -> Api:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def _ask(self, cursor: str | None, parameters: dict[str, str]) -> bytes:
        """One request. Raises Busy for what may pass, CursorGone, FetchError for what will not."""
        try:
            with self._client.stream("GET", self.url, params=parameters) as answer:
                if answer.status_code in BUSY:
                    wait = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
                    raise Busy(f"answers {answer.status_code}", wait)
                if answer.status_code != 200:
                    raise self._refusal(answer.status_code, cursor is not None)
                body = bytearray()
                for block in answer.iter_bytes():
                    body += block
                    if len(body) > LARGEST_PAGE:
                        raise FetchError(f"{self.url} sends a page of over {LARGEST_PAGE >> 20} MB; lower pageSize")
                return bytes(body)
        except httpx.HTTPError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise FetchError(
                    f"connection {self.name}: the certificate of {self.url} is not trusted; name the agency's "
                    "certificate authority with ca_file"
                ) from None
            raise Busy(f"broke off ({type(error).__name__})") from None

    def _refusal(self, status: int, with_cursor: bool) -> Exception:
        if with_cursor and status in (400, 404, 410, 422):
            return CursorGone()
        if status in (401, 403):
            return FetchError(f"connection {self.name}: {self.url} refuses the token ({status}); renew it")
        return FetchError(f"connection {self.name}: {self.url} answers {status}; ask the agency what changed")

    def page(self, cursor: str | None, size: int | None = None) -> bytes:
        """The body of one page, asked for again with back-off while the server is busy."""
        options = self.server.options
        parameters = {str(options.get("cursorParameter", "cursor")): cursor} if cursor is not None else {}
        size = size or options.get("pageSize")
        if size:
            parameters[str(options.get("sizeParameter", "limit"))] = str(size)

        def ask() -> bytes:
            try:
                return self._ask(cursor, parameters)
            except Busy as busy:
                if busy.wait is not None and busy.wait > LONGEST_WAIT:
                    raise FetchError(
                        f"{self.url} {busy} and asks to wait {busy.wait:.0f} s; run again then, it goes on there"
                    ) from None
                raise

        retry = Retrying(
            retry=retry_if_exception_type(Busy),
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait,
            sleep=time.sleep,
            reraise=True,
        )
        try:
            return retry(ask)
        except Busy as busy:
            raise FetchError(f"{self.url} {busy} {ATTEMPTS} times; run again later, it goes on there") from None


@dataclass(frozen=True)
class Page:
    """What the walk needs to know of a page. `cursor` leads on, or at the end to what comes later."""

    items: int
    total: int | None
    cursor: str | None
    last: bool


def _page_of(body: bytes, contract: Contract, url: str) -> Page:
    key, options = contract.format_options["itemsKey"], contract.server.options
    try:
        page: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise FetchError(f"{url} sends a page that is not valid JSON; ask the agency") from None
    if not isinstance(page, dict) or not isinstance(page.get(key), list):
        raise FetchError(f"{url} sends a page without a list {key!r}; ask the agency what changed")
    total, cursor = page.get("total"), page.get(str(options.get("cursorKey", "next_cursor")))
    last = not cursor or page.get(str(options.get("moreKey", "has_more"))) is False
    return Page(len(page[key]), total if isinstance(total, int) else None, str(cursor) if cursor else None, last)


def _walk(api: Api, contract: Contract, folder: Path, progress: Progress) -> None:
    """Fetch pages from where `progress` stands to the end, keeping each and then noting it."""
    most = int(contract.server.options.get("maxPages", MOST_PAGES))
    while not progress.done:
        body = api.page(progress.cursor)
        page = _page_of(body, contract, api.url)
        if progress.pages and page.total != progress.total:
            raise CursorGone()
        stuck = not page.last and (page.cursor == progress.cursor or page.items == 0)
        progress.total, progress.pages, progress.items = page.total, progress.pages + 1, progress.items + page.items
        if stuck or progress.pages > most or (page.total is not None and progress.items > page.total):
            shutil.rmtree(folder)
            raise FetchError(
                f"{api.url} does not come to an end (page {progress.pages}, {progress.items} items, total "
                f"{page.total}); nothing is taken, ask the agency"
            )
        fresh = folder / ".page"
        fresh.write_bytes(body)
        os.replace(fresh, folder / f"page-{progress.pages:05d}.json")
        progress.done, progress.cursor = page.last, page.cursor
        write_json(folder / PROGRESS, asdict(progress))
    if progress.total is not None and progress.items != progress.total:
        raise CursorGone()


def _gather(api: Api, contract: Contract, folder: Path, first: str | None) -> Progress:
    """All pages of one set, going on where an earlier run stopped, beginning again when the set changed."""
    for _ in range(3):
        kept = read_json(folder / PROGRESS)
        progress = Progress(**kept) if kept else Progress(cursor=first)
        folder.mkdir(exist_ok=True)
        try:
            _walk(api, contract, folder, progress)
        except CursorGone:
            shutil.rmtree(folder)
            first = None
            continue
        return progress
    raise FetchError(f"{api.url} changed its pages while they were fetched, three times; run again at a quieter hour")


def fetch_pages(api: Api, contract: Contract, inbox: Inbox, received_at: str) -> list[str]:
    """Bring what is new as one delivery; returns its name, or nothing when nothing is new.

    A snapshot is always asked for from its beginning and taken when its content changed. Of a delta, what lies
    behind the last set's end is asked for, if the API gave a cursor there.
    """
    state = inbox.state()
    folder = inbox.folder / PAGES
    first = state.get("cursor") if contract.delivery_mode == "delta" else None
    progress = _gather(api, contract, folder, first)
    files = sorted(folder.glob("page-*.json"))
    digest = content_hash(files)
    content, brought = state.get("content"), []
    if digest != content and (progress.items or contract.delivery_mode == "snapshot"):
        manifest = own_manifest(contract, files, progress.items, received_at)
        with inbox.arriving(manifest["delivery_id"]) as fresh:
            for path in files:
                shutil.copyfile(path, fresh / path.name)
            write_json(fresh / MANIFEST, manifest)
        content = digest
        brought.append(str(manifest["delivery_id"]))
    inbox.remember({"content": content, "cursor": progress.cursor})
    shutil.rmtree(folder)
    return brought
