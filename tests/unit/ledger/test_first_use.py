"""A new ledger that many open at the same moment."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

from pipelines.ledger import open_ledger

USERS = 8


def test_of_many_first_users_of_a_new_ledger_one_migrates_and_none_fails(home: Path) -> None:
    fork = multiprocessing.get_context("fork")
    together = fork.Barrier(USERS)

    def first_use() -> None:
        together.wait()
        open_ledger()

    users = [fork.Process(target=first_use) for _ in range(USERS)]
    for user in users:
        user.start()
    for user in users:
        user.join()
    assert [user.exitcode for user in users] == [0] * USERS
