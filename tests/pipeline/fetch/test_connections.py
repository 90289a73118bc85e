"""Connections and servers entries: chosen by settings, read in every form, told about, never shown."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from pipelines import steps
from pipelines.cli import run
from pipelines.cli.doctor import examine
from pipelines.contracts import ContractError, catalogue, contract_of, load_contract, load_contracts
from pipelines.ingest.fetch import Connection, FetchError
from pipelines.ingest.fetch.api import retry_after
from pipelines.settings import PROJECT, settings
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.fetch import servers
from tests.pipeline.fetch.test_sftp import USERS, send
from tests.pipeline.fetch.way import bring

Production = Callable[..., None]
SECRET = "p@ss:w/rd?&#%"


@pytest.mark.parametrize(
    "uri",
    [
        f"sftp://joe:{quote(SECRET, safe='')}@sftp.example:2222/?known_hosts=%2Fetc%2Fkeys",
        f"http://https://joe:{quote(SECRET, safe='')}@sftp.example:2222/?known_hosts=%2Fetc%2Fkeys",
        f"generic://joe:{quote(SECRET, safe='')}@sftp.example:2222/?__extra__=" + quote('{"known_hosts": "/etc/keys"}'),
    ],
)
def test_a_connection_is_read_in_every_form_and_its_secret_is_not_shown(uri: str) -> None:
    connection = Connection.of_uri("police", uri)
    assert (connection.login, connection.password) == ("joe", SECRET)
    assert (connection.host, connection.port, connection.extra) == ("sftp.example", 2222, {"known_hosts": "/etc/keys"})
    assert SECRET not in repr(connection)


def test_airflow_writes_the_uri_that_is_read() -> None:
    from airflow.sdk import Connection as AirflowConnection

    given = AirflowConnection(
        conn_id="police",
        conn_type="generic",
        host="sftp.example",
        port=2222,
        login="joe",
        password=SECRET,
        extra='{"known_hosts": "/etc/keys", "attempts": 3}',
    )
    connection = Connection.of_uri("police", given.get_uri())
    assert (connection.host, connection.port, connection.password) == ("sftp.example", 2222, SECRET)
    assert connection.extra == {"known_hosts": "/etc/keys", "attempts": "3"}


def test_a_connection_that_is_no_uri_is_told_without_repeating_it() -> None:
    with pytest.raises(FetchError, match="police is no URI") as told:
        Connection.of_uri("police", "sftp://joe:hidden@host:port")
    assert "hidden" not in str(told.value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("Mon, 24 Nov 2025 08:00:30 GMT", 30.0), ("Mon, 24 Nov 2025 07:00:00 GMT", 0.0), ("soon", None)],
)
def test_retry_after_is_read_in_both_of_its_forms(header: str, seconds: float | None) -> None:
    assert retry_after(header, datetime(2025, 11, 24, 8, tzinfo=UTC)) == seconds


def test_every_contract_has_a_production_server_and_the_drop_folder_is_the_default(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {contract.server.connection for contract in load_contracts().values()} == {None}
    monkeypatch.setenv("HUILIU_SERVERS", "production")
    settings.cache_clear()
    protocols = {contract.agency: set() for contract in load_contracts().values()}
    for contract in load_contracts().values():
        protocols[contract.agency].add(contract.server.type)
    assert protocols == {"police": {"sftp"}, "justice": {"postgresql", "sftp"}, "health": {"api"}, "transport": {"s3"}}
    assert {entry.dataset: entry.connection for entry in catalogue()} == {
        name: contract.server.connection for name, contract in load_contracts().items()
    }


def test_names_of_servers_are_an_order_of_choice(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUILIU_SERVERS", "staging, production,drop")
    settings.cache_clear()
    assert contract_of("court_judgment").server.name == "production"
    monkeypatch.setenv("HUILIU_SERVERS", "staging")
    settings.cache_clear()
    with pytest.raises(ContractError, match=r"no server of HUILIU_SERVERS=staging; it has \['drop', 'production'\]"):
        contract_of("court_judgment")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"location": "sftp://joe:pw@host/x"}, "credentials belong in the connection"),
        ({"customProperties": []}, "names no connection"),
        ({"format": "xlsx"}, "format differs"),
        ({"customProperties": [{"property": "conection", "value": "x"}]}, "conection"),
        ({"type": "kafka", "host": "x", "location": None}, "type 'kafka'"),
        ({"type": "api", "location": "http://x.example", "format": None}, "no https"),
        ({"password": "x"}, "password"),
        ({"server": "drop"}, "named twice"),
    ],
)
def test_a_servers_entry_that_cannot_be_kept_is_an_error_that_says_why(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    path = PROJECT / "expectations/police/police_drug_user.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    entry = {key: value for key, value in {**document["servers"][1], **changes}.items() if value is not None}
    document["servers"][1] = entry
    changed = tmp_path / "police" / path.name
    changed.parent.mkdir()
    changed.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ContractError, match=said):
        load_contract(changed)


def test_a_second_fetch_at_the_same_time_is_turned_away(
    store: Store, sftp: servers.Sftp, production: Production
) -> None:
    send(sftp, "d1", USERS)
    production(police_sftp=sftp.uri())
    folder = store.private / "inbox/police_drug_user"
    folder.mkdir(parents=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(FetchError, match="another run"):
            bring(store, "police_drug_user")
    assert bring(store, "police_drug_user").brought == ("d1",)


def test_what_a_killed_fetch_left_is_never_landed_and_cleared_away(
    store: Store, sftp: servers.Sftp, production: Production
) -> None:
    send(sftp, "d1", USERS)
    production(police_sftp=sftp.uri())
    half = store.private / "inbox/police_drug_user/.d0.0123456789abcdef"
    half.mkdir(parents=True)
    (half / "d0.zip").write_bytes(b"half")
    assert steps.land("police_drug_user") == ["d1"]
    assert not half.exists()


def test_the_doctor_says_of_each_connection_whether_it_can_be_reached(
    store: Store,
    sftp: servers.Sftp,
    postgres: servers.Postgres,
    s3: servers.S3,
    api: servers.Api,
    production: Production,
    capsys: pytest.CaptureFixture[str],
) -> None:
    send(sftp, "d1", USERS)
    (sftp.root / "exports/police_case_suspect").mkdir()
    api.pages = {None: {"items": []}}
    production(
        police_sftp=sftp.uri(), court_exchange=postgres.uri("wr0ng"), transport_s3=s3.uri(), health_api=api.uri()
    )
    assert examine() is False
    said = capsys.readouterr().out
    rows = {line.split()[2].rstrip(":"): line.split()[0] for line in said.splitlines() if " connection " in line[:20]}
    assert rows == {
        "court_exchange": "WRONG",
        "health_api": "ok",
        "police_sftp": "ok",
        "prison_sftp": "WRONG",
        "transport_s3": "WRONG",
    }
    assert "HUILIU_CONNECTION_PRISON_SFTP" in said
    for secret in ("s3cret", "wr0ng", s3.secret, api.token):
        assert secret not in said


def test_a_server_that_cannot_be_reached_leaves_the_other_datasets_their_way(
    store: Store, sftp: servers.Sftp, production: Production
) -> None:
    send(sftp, "d1", USERS)
    production(police_sftp=sftp.uri())
    said: list[str] = []
    unreached = run._ingest(lambda text, share: said.append(text), ["court_judgment", "police_drug_user"])
    assert [sentence.split(":")[0] for sentence in unreached] == ["court_judgment"]
    assert said[-1] == "police_drug_user: 1 deliveries, 2 rows staged"


def test_the_drop_folder_is_landed_from_and_left_as_it_is(store: Store, home: Path) -> None:
    make.deliver_users(settings().exports_path, "d1", USERS)
    assert steps.land("police_drug_user") == ["d1"]
    assert (settings().exports_path / "police/police_drug_user/d1/d1.zip").exists()
