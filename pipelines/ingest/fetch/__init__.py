"""Fetch: bring what an agency's server offers into the inbox, whole or not at all."""

from pipelines.ingest.fetch.connection import Connection, FetchError
from pipelines.ingest.fetch.fetch import Fetched, fetch, reach

__all__ = ["Connection", "FetchError", "Fetched", "fetch", "reach"]
