"""A connection: host and credentials for one agency's server, given as a URI and never shown again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from pipelines.contracts import Server
from pipelines.ingest.delivery import DeliveryError

# Airflow writes extras that are no flat strings into this one query parameter, as JSON.
_EXTRA = "__extra__"
_OUTER_SCHEME = re.compile(r"^[A-Za-z0-9+.-]*://(?=[A-Za-z0-9+.-]+://)")


class FetchError(DeliveryError):
    """Fetching stopped; says what, where and what to do next, and holds neither secrets nor rows."""


@dataclass(frozen=True)
class Connection:
    """Where to log in and with what. The scheme of the URI is not looked at: the contract says the protocol.

    `host` and `port` outrank those of the contract's location. `extra` are the query parameters (files with
    keys and certificates, options of the protocol).
    """

    name: str
    host: str | None = None
    port: int | None = None
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    path: str = ""
    extra: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of_uri(cls, name: str, uri: str) -> Connection:
        """Read `scheme://login:password@host:port/path?option=…`, as written by hand or by Airflow."""
        try:
            parts = urlsplit(_OUTER_SCHEME.sub("", uri, count=1))
            port = parts.port
        except ValueError:
            raise FetchError(
                f"connection {name} is no URI; write scheme://login:password@host:port with special characters "
                "percent-encoded"
            ) from None
        extra = dict(parse_qsl(parts.query, keep_blank_values=True))
        if _EXTRA in extra:
            extra |= {key: str(value) for key, value in json.loads(extra.pop(_EXTRA)).items()}
        return cls(
            name=name,
            host=unquote(parts.hostname) if parts.hostname else None,
            port=port,
            login=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            path=unquote(parts.path),
            extra=extra,
        )

    def address(self, server: Server, default_port: int) -> tuple[str, int]:
        """Host and port: the connection's, else those of the contract's location."""
        url = urlsplit(server.location)
        host = self.host or url.hostname
        if not host:
            raise FetchError(f"connection {self.name} names no host and neither does server {server.name}; add it")
        return host, self.port or url.port or default_port


@contextmanager
def told(what: str, errors: tuple[type[BaseException], ...], to_do: str) -> Iterator[None]:
    """Turn a library's errors into one of ours. Their texts may quote logins or rows, so only the kind is kept."""
    try:
        yield
    except FetchError:
        raise
    except errors as error:
        raise FetchError(f"{what}: {type(error).__name__}; {to_do}") from None
