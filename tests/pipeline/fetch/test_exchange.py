"""Fetching from PostgreSQL exchange tables: what is new, what is equal, what comes late."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

import psycopg
import pytest

from pipelines.contracts import contract_of
from pipelines.ingest.fetch import FetchError
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.fetch import servers
from tests.pipeline.fetch.way import bring, files_with, offered
from tests.pipeline.test_ingest import ingest, rows_of

Production = Callable[..., None]
Owner = psycopg.Connection[tuple[object, ...]]
DATASET = "court_judgment"
TYPES = {"序号": "integer", "判决日期": "date", "缓刑": "boolean", "更新时间": "timestamp", "导出时间": "timestamp"}


def judgment(
    serial: int, updated_at: str | None = "2025-10-01 08:00:00", **changes: str | None
) -> dict[str, str | None]:
    return {
        "案号": f"(2025)湘0102刑初{serial}号",
        "序号": "1",
        **make.person(1),
        "法院地": "430102",
        "审级": "一审",
        "起诉书文号": None,
        "罪名": "非法持有毒品罪",
        "判决日期": "2025-09-01",
        "刑种": "有期徒刑",
        "刑期月": "36",
        "缓刑": "false",
        "生效日期": None,
        "中止": "否",
        "累犯": "否",
        **make.TAIL,
        "更新时间": updated_at,
        **changes,
    }


def create(owner: Owner, names: list[str]) -> None:
    columns = ", ".join(f'"{name}" {TYPES.get(name, "text")}' for name in names)
    owner.execute(f"drop table if exists court_judgment; create table court_judgment ({columns})".encode())
    owner.execute("grant select on court_judgment to court")


def put(owner: Owner, *rows: dict[str, str | None]) -> None:
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join(["%s"] * len(row))
        owner.execute(f"insert into court_judgment ({names}) values ({places})".encode(), list(row.values()))


@pytest.fixture
def court(postgres: servers.Postgres, production: Production) -> Iterator[Owner]:
    """The court's exchange table, empty, through the eyes of its owner."""
    production(court_exchange=postgres.uri())
    with postgres.connect() as owner:
        create(owner, list(judgment(1)))
        yield owner
        owner.execute("drop table court_judgment")


def brought_cases(store: Store) -> list[str]:
    """Case numbers in the inbox, which is emptied."""
    text = [data.decode("utf-8-sig") for path, data in offered(store, DATASET).items() if path.endswith(".csv")]
    fetched = bring_nothing_more(store)
    fetched.landed()
    return sorted(row["案号"].partition("初")[2][:-1] for part in text for row in csv.DictReader(io.StringIO(part)))


def bring_nothing_more(store: Store) -> object:
    """A second fetch right after the first; it must find nothing."""
    fetched = bring(store, DATASET)
    assert fetched.brought == ()
    return fetched


def test_rows_come_from_the_table_through_to_staging(store: Store, court: Owner, postgres: servers.Postgres) -> None:
    put(court, judgment(1), judgment(2, 缓刑="true"))
    (account,) = ingest(DATASET).values()
    assert (account["status"], account["staged"], account["non_data"]) == ("accepted", 2, 1)
    delivery_id = next(iter((store.staging / DATASET).iterdir())).name
    assert rows_of(store, DATASET, delivery_id, "suspended, term_months, updated_at::text, indictment_no") == [
        (False, 36, "2025-10-01 08:00:00", None),
        (True, 36, "2025-10-01 08:00:00", None),
    ]
    assert files_with("ledger?&", store.home) == []
    assert ingest(DATASET) == {}


def test_only_new_and_changed_rows_are_fetched(store: Store, court: Owner) -> None:
    put(court, judgment(1), judgment(2))
    bring(store, DATASET)
    assert brought_cases(store) == ["1", "2"]
    put(court, judgment(3, "2025-10-05 08:00:00"))
    court.execute(
        "update court_judgment set \"刑期月\" = '48', \"更新时间\" = '2025-10-06' where \"案号\" like '%初2号'"
    )
    bring(store, DATASET)
    assert brought_cases(store) == ["2", "3"]


def test_rows_of_equal_watermark_written_after_a_fetch_are_not_lost(store: Store, court: Owner) -> None:
    put(court, judgment(1), judgment(2))
    bring(store, DATASET)
    assert brought_cases(store) == ["1", "2"]
    put(court, judgment(3))
    bring(store, DATASET)
    assert brought_cases(store) == ["3"]


def test_rows_of_a_long_transaction_are_found_within_the_look_back(store: Store, court: Owner) -> None:
    put(court, judgment(1, "2025-10-01 08:00:00"))
    bring(store, DATASET)
    assert brought_cases(store) == ["1"]
    put(court, judgment(2, "2025-10-01 07:30:00"), judgment(3, "2025-10-01 06:30:00"))
    bring(store, DATASET)
    assert brought_cases(store) == ["2"]


def test_a_row_without_watermark_is_fetched_once(store: Store, court: Owner) -> None:
    put(court, judgment(1), judgment(2, None))
    bring(store, DATASET)
    assert brought_cases(store) == ["1", "2"]
    put(court, judgment(3, "2025-12-01 08:00:00"), judgment(4, None))
    bring(store, DATASET)
    assert brought_cases(store) == ["3", "4"]


def test_rows_an_agency_clears_away_after_the_fetch_are_no_trouble(store: Store, court: Owner) -> None:
    put(court, judgment(1))
    bring(store, DATASET)
    court.execute("delete from court_judgment")
    assert brought_cases(store) == ["1"]
    put(court, judgment(2, "2025-12-01 08:00:00"))
    bring(store, DATASET)
    assert brought_cases(store) == ["2"]


def test_a_table_loaded_anew_with_earlier_watermarks_is_reported_instead_of_missed(store: Store, court: Owner) -> None:
    put(court, judgment(1))
    bring(store, DATASET)
    court.execute("delete from court_judgment")
    put(court, judgment(2, "2024-01-01 08:00:00"))
    with pytest.raises(FetchError, match="went back"):
        bring(store, DATASET)


def test_columns_that_bear_our_names_get_the_agencys_headers(store: Store, court: Owner) -> None:
    names = {column.header: column.name for column in contract_of(DATASET).columns}
    create(court, [names[header] for header in judgment(1)])
    row = {names[header]: value for header, value in judgment(1).items()}
    court.execute("alter table court_judgment alter updated_at type timestamp using updated_at::timestamp")
    put(court, row)
    with pytest.raises(FetchError, match="更新时间 is missing"):
        bring(store, DATASET)
    court.execute('alter table court_judgment add "更新时间" timestamp generated always as (updated_at) stored')
    court.execute("alter table court_judgment rename updated_at to written_at")
    bring(store, DATASET)
    (text,) = [data.decode("utf-8-sig") for path, data in offered(store, DATASET).items() if path.endswith(".csv")]
    assert set(next(csv.reader([text.splitlines()[0]]))) == set(judgment(1)) | {"written_at"}


def test_many_rows_are_streamed_in_order_of_their_watermark(store: Store, court: Owner) -> None:
    put(court, judgment(0))
    court.execute(
        'insert into court_judgment ("案号", "序号", "更新时间") select n, 1, timestamp \'2025-11-01\' - make_interval'
        "(secs => n) from generate_series(1, 25000) n"
    )
    (delivery,) = bring(store, DATASET).brought
    lines = offered(store, DATASET)[f"{delivery}/court_judgment.csv"].decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[-3:]] == ["3", "2", "1"]
    assert len(lines) == 25_002


def test_a_wrong_password_is_told_without_repeating_it(
    store: Store, court: Owner, postgres: servers.Postgres, production: Production
) -> None:
    production(court_exchange=postgres.uri(password="wr0ng-one"))
    with pytest.raises(FetchError, match="refuses the login") as told:
        bring(store, DATASET)
    assert "wr0ng-one" not in str(told.value)


def test_a_table_without_the_right_to_read_it_is_named(store: Store, court: Owner) -> None:
    court.execute("revoke select on court_judgment from court")
    with pytest.raises(FetchError, match=r"no table public\.court_judgment"):
        bring(store, DATASET)


def test_the_line_is_encrypted_unless_the_connection_says_otherwise(
    store: Store, court: Owner, postgres: servers.Postgres, production: Production
) -> None:
    production(court_exchange=postgres.uri().removesuffix("?sslmode=disable"))
    with pytest.raises(FetchError, match="sslmode"):
        bring(store, DATASET)
