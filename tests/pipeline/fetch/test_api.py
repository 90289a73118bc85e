"""Fetching from an HTTPS API: pages by cursor, a busy server, a broken line, a set that changes or never ends."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from pipelines.ingest.fetch import FetchError
from pipelines.ingest.fetch import api as api_module
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.fetch import servers
from tests.pipeline.fetch.way import bring, files_with, offered
from tests.pipeline.test_ingest import ingest, rows_of

Production = Callable[..., None]
Answer = tuple[int, dict[str, str], bytes]
DATASET = "health_facility_month"


def pages(*sets: list[dict[str, object]], first: str | None = None, total: int | None = None) -> dict[str | None, dict]:
    """Pages by the cursor that asks for them; the last leads nowhere."""
    cursors = [first, *(f"{first or ''}c{number}" for number in range(1, len(sets))), None]
    total = sum(map(len, sets)) if total is None else total
    return {
        cursor: {"total": total, "items": items, "next_cursor": following}
        for cursor, items, following in zip(cursors, sets, cursors[1:], strict=False)
    }


def month(number: int) -> list[dict[str, object]]:
    return [make.facility_month("F1", f"2025-{number:02d}"), make.facility_month("F2", f"2025-{number:02d}")]


def once(answer: Answer, at: str | None) -> Callable[[str | None], Answer | None]:
    """Give this answer to the first request for a page, then the page."""
    left = [answer]
    return lambda cursor: left.pop() if cursor == at and left else None


@pytest.fixture
def health(api: servers.Api, production: Production) -> servers.Api:
    """The API of the health commission with three pages of two months each."""
    api.pages = pages(month(1), month(2), month(3))
    production(health_api=api.uri())
    return api


def test_pages_come_from_the_api_through_to_staging(store: Store, health: servers.Api) -> None:
    (account,) = ingest(DATASET).values()
    assert (account["status"], account["physical"], account["staged"]) == ("accepted", 6, 6)
    delivery_id = next(iter((store.staging / DATASET).iterdir())).name
    assert len(set(rows_of(store, DATASET, delivery_id, "facility_code, report_month"))) == 6
    assert health.requests == [None, "c1", "c2"]
    assert files_with(health.token, store.home) == []


def test_a_set_that_did_not_change_is_not_delivered_again(store: Store, health: servers.Api) -> None:
    assert len(bring(store, DATASET).brought) == 1
    assert bring(store, DATASET).brought == ()
    health.pages = pages(month(1), month(2), month(4))
    assert len(bring(store, DATASET).brought) == 1


def test_where_the_api_gives_a_cursor_at_the_end_only_what_comes_after_it_is_asked_for(
    store: Store, health: servers.Api
) -> None:
    health.pages["c2"] |= {"next_cursor": "later", "has_more": False}
    health.pages["later"] = {"total": 0, "items": [], "next_cursor": "later", "has_more": False}
    assert len(bring(store, DATASET).brought) == 1
    assert bring(store, DATASET).brought == ()
    health.pages["later"] = {"total": 2, "items": month(9), "next_cursor": "still", "has_more": False}
    assert len(bring(store, DATASET).brought) == 1
    assert health.requests == [None, "c1", "c2", "later", "later"]


def test_a_server_that_asks_to_wait_is_waited_for(store: Store, health: servers.Api) -> None:
    health.before = once((429, {"Retry-After": "1"}, b""), at="c1")
    begun = time.monotonic()
    assert len(bring(store, DATASET).brought) == 1
    assert time.monotonic() - begun >= 1
    assert health.requests == [None, "c1", "c1", "c2"]


def test_a_server_in_trouble_is_asked_again(store: Store, health: servers.Api) -> None:
    health.before = once((503, {}, b""), at="c2")
    assert len(bring(store, DATASET).brought) == 1


def test_a_body_cut_off_in_the_middle_is_asked_for_again(store: Store, health: servers.Api) -> None:
    health.before = once((200, {"Content-Length": "5000"}, b'{"items": ['), at="c1")
    assert len(bring(store, DATASET).brought) == 1
    assert health.requests == [None, "c1", "c1", "c2"]


def test_a_server_that_stays_busy_ends_the_run_and_the_next_goes_on_at_its_cursor(
    store: Store, health: servers.Api
) -> None:
    health.before = lambda cursor: (503, {"Retry-After": "0"}, b"") if cursor == "c2" else None
    with pytest.raises(FetchError, match="answers 503 5 times"):
        bring(store, DATASET)
    assert offered(store, DATASET) == {}
    health.before = lambda cursor: None
    health.requests.clear()
    assert len(bring(store, DATASET).brought) == 1
    assert health.requests == ["c2"]


def test_a_wait_of_an_hour_is_left_to_the_next_run(store: Store, health: servers.Api) -> None:
    health.before = once((429, {"Retry-After": "3600"}, b""), at="c1")
    with pytest.raises(FetchError, match="asks to wait 3600 s"):
        bring(store, DATASET)
    assert len(bring(store, DATASET).brought) == 1


def test_a_wrong_token_is_told_without_repeating_it(store: Store, health: servers.Api, production: Production) -> None:
    production(health_api=health.uri(token="f0rged"))
    with pytest.raises(FetchError, match=r"refuses the token \(401\)") as told:
        bring(store, DATASET)
    assert "f0rged" not in str(told.value)
    assert files_with("f0rged", store.home) == []


def test_a_token_that_expires_between_pages_is_renewed_and_the_run_goes_on_there(
    store: Store, health: servers.Api, production: Production
) -> None:
    health.before = lambda cursor: (401, {}, b"") if cursor == "c1" else None
    with pytest.raises(FetchError, match="renew it"):
        bring(store, DATASET)
    health.before, health.token = lambda cursor: None, "renewed"
    production(health_api=health.uri())
    health.requests.clear()
    assert len(bring(store, DATASET).brought) == 1
    assert health.requests == ["c1", "c2"]


def test_a_cursor_the_server_has_forgotten_starts_the_set_again(store: Store, health: servers.Api) -> None:
    health.before = lambda cursor: (401, {}, b"") if cursor == "c1" else None
    with pytest.raises(FetchError):
        bring(store, DATASET)
    health.before, health.pages = lambda cursor: None, pages(month(1), month(2))
    health.pages["new"] = health.pages.pop("c1")
    health.pages[None]["next_cursor"] = "new"
    assert len(bring(store, DATASET).brought) == 1
    assert health.requests[-2:] == [None, "new"]


def test_pages_of_two_states_of_the_set_are_never_mixed(store: Store, health: servers.Api) -> None:
    changed = pages(month(1), month(2), month(3), month(4))

    def change(cursor: str | None) -> None:
        if cursor == "c1":
            health.pages = changed

    health.before = change
    assert len(bring(store, DATASET).brought) == 1
    assert health.requests == [None, "c1", None, "c1", "c2", "c3"]
    assert len(offered(store, DATASET)) == 5


def test_a_set_that_changes_all_the_time_is_not_taken(store: Store, health: servers.Api) -> None:
    def change(cursor: str | None) -> None:
        health.pages = pages(month(1), month(2), total=health.pages[None]["total"] + 1)

    health.before = change
    with pytest.raises(FetchError, match="changed its pages"):
        bring(store, DATASET)
    assert offered(store, DATASET) == {}


def test_fewer_items_than_the_total_are_not_a_set(store: Store, health: servers.Api) -> None:
    health.pages = pages(month(1), month(2), total=5)
    with pytest.raises(FetchError, match="changed its pages"):
        bring(store, DATASET)


@pytest.mark.parametrize("kind", ["the same cursor again", "more items than the total", "empty pages for ever"])
def test_pages_without_end_are_given_up(store: Store, health: servers.Api, kind: str) -> None:
    if kind == "the same cursor again":
        health.pages["c1"]["next_cursor"] = "c1"
    elif kind == "more items than the total":
        health.pages = pages(month(1), month(2), month(3), total=3)
    else:
        health.pages = pages(month(1), [], month(2))
    with pytest.raises(FetchError, match="does not come to an end"):
        bring(store, DATASET)
    assert offered(store, DATASET) == {}
    health.pages = pages(month(1))
    assert len(bring(store, DATASET).brought) == 1


def test_cursors_without_end_are_given_up_at_the_most_pages(
    store: Store, health: servers.Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_module, "MOST_PAGES", 20)
    health.before = lambda cursor: (
        200,
        {},
        b'{"items": [{}], "next_cursor": "n%d"}' % (int(cursor[1:]) + 1 if cursor else 1),
    )
    with pytest.raises(FetchError, match="page 21,"):
        bring(store, DATASET)


def test_a_certificate_nobody_vouched_for_gets_no_token(
    store: Store, health: servers.Api, production: Production
) -> None:
    production(health_api=health.uri(ca=False))
    with pytest.raises(FetchError, match="is not trusted"):
        bring(store, DATASET)
    assert health.requests == []


def test_a_redirection_is_not_followed_with_the_token(store: Store, health: servers.Api) -> None:
    health.before = lambda cursor: (302, {"Location": "https://127.0.0.1:1/"}, b"")
    with pytest.raises(FetchError, match="answers 302"):
        bring(store, DATASET)


def test_an_answer_that_is_no_page_is_told_without_its_content(store: Store, health: servers.Api) -> None:
    health.before = lambda cursor: (200, {}, "张三".encode())
    with pytest.raises(FetchError, match="not valid JSON") as told:
        bring(store, DATASET)
    assert "张三" not in str(told.value)
