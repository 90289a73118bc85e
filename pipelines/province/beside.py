"""Parts of a work that need nothing of each other, done beside each other."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any

# What the processes forked from this one do. A fork shares what it needs, which would take longer to send than to use.
_parts: dict[str, Callable[[], Any]] = {}


def _do(name: str) -> Any:
    return _parts[name]()


@contextmanager
def without_collection() -> Iterator[None]:
    """Without the collector of circular garbage: millions of lasting objects are made, and it looks at all of them
    again and again. In a process forked meanwhile it would write to every page that is shared."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def run_parts(parts: Mapping[str, Callable[[], Any]], workers: int | None = None) -> Iterator[tuple[str, Any]]:
    """The name and the result of each part, as they are done; they begin in the order given.

    Each runs in a process forked from this one, so what it changes is not seen here, and its result is sent. An
    exception of a part is raised here, and no other part is begun.
    """
    workers = workers or len(os.sched_getaffinity(0))
    _parts.update(parts)
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork"))
    try:
        running = {pool.submit(_do, name): name for name in parts}
        for done in as_completed(running):
            yield running[done], done.result()
    finally:
        pool.shutdown(cancel_futures=True)
        _parts.clear()
