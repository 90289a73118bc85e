"""Progress of long work: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress

from pipelines.cli.out import console

Report = Callable[[str, float], None]


@contextmanager
def bar(title: str) -> Iterator[Report]:
    """Yield `report(what, share)`, share from 0 to 1."""
    if console.is_terminal:
        with Progress(console=console, transient=True) as shown:
            task = shown.add_task(title, total=1.0)
            yield lambda what, share: shown.update(task, description=f"{title}: {what}", completed=share)
        return
    began = time.monotonic()

    def line(what: str, share: float) -> None:
        console.print(f"{title} {share:4.0%} {time.monotonic() - began:6.1f}s {what}")

    yield line
