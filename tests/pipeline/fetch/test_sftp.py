"""Fetching from an SSH server: logins, host keys, names nobody vouches for, deliveries that are not whole."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import asyncssh
import pytest

from pipelines import steps
from pipelines.ingest.fetch import FetchError
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.fetch import servers
from tests.pipeline.fetch.way import bring, files_with, offered
from tests.pipeline.test_ingest import ingest, rows_of

Production = Callable[..., None]
USERS = [make.drug_user(1), make.drug_user(2)]


def send(sftp: servers.Sftp, delivery_id: str, rows: list[make.Row], **manifest: object) -> Path:
    """Have the police put a delivery on their server."""
    data = make.zip_bytes(make.csv_text(rows).encode("gb18030"))
    files = {f"{delivery_id}.zip": data}
    make.deliver(sftp.root / "exports", "police_drug_user", delivery_id, files, rows=len(rows), **manifest)
    return sftp.root / "exports/police_drug_user" / delivery_id


def test_a_delivery_comes_from_the_server_through_to_staging(
    store: Store, sftp: servers.Sftp, production: Production
) -> None:
    send(sftp, "d1", USERS)
    production(police_sftp=sftp.uri())
    account = ingest("police_drug_user")["d1"]
    assert (account["status"], account["staged"]) == ("accepted", 2)
    assert rows_of(store, "police_drug_user", "d1", "drug_user_no") == [("U0001",), ("U0002",)]


def test_what_was_fetched_is_not_fetched_again_and_what_is_new_is(
    store: Store, sftp: servers.Sftp, production: Production
) -> None:
    first = send(sftp, "d1", USERS)
    production(police_sftp=sftp.uri())
    assert bring(store, "police_drug_user").brought == ("d1",)
    # Unreadable from now on: were it opened again, the fetch would fail.
    (first / "d1.zip").rename(sftp.root / "away")
    (first / "d1.zip").mkdir()
    (first / "d1.zip").rmdir()
    (sftp.root / "away").rename(first / "d1.zip")
    assert bring(store, "police_drug_user").brought == ()
    send(sftp, "d2", [make.drug_user(3)])
    assert bring(store, "police_drug_user").brought == ("d2",)
    os.utime(first / "d1.zip", (1, 1))
    assert bring(store, "police_drug_user").brought == ("d1",)


def test_fetching_again_after_the_state_was_lost_lands_nothing_twice(
    store: Store, sftp: servers.Sftp, production: Production
) -> None:
    send(sftp, "d1", USERS)
    production(police_sftp=sftp.uri())
    ingest("police_drug_user")
    (store.private / "inbox/police_drug_user/.state-production.json").unlink()
    assert ingest("police_drug_user") == {}
    assert offered(store, "police_drug_user") == {}


def test_a_key_opens_the_server_as_well_as_a_password(store: Store, sftp: servers.Sftp, production: Production) -> None:
    send(sftp, "d1", USERS)
    production(police_sftp=sftp.uri(password="", key_file=str(sftp.key_file)))
    assert bring(store, "police_drug_user").brought == ("d1",)


def test_a_wrong_password_is_told_without_repeating_it(
    store: Store, sftp: servers.Sftp, production: Production, caplog: pytest.LogCaptureFixture
) -> None:
    production(police_sftp=sftp.uri(password="wr0ng-one"))
    with pytest.raises(FetchError, match="refuses the login") as told:
        steps.land("police_drug_user")
    assert "wr0ng-one" not in str(told.value) + caplog.text + repr(told.value.__cause__)
    assert files_with("wr0ng-one", store.home) == []


def test_no_secret_is_written_anywhere(store: Store, sftp: servers.Sftp, production: Production) -> None:
    send(sftp, "d1", USERS)
    production(police_sftp=sftp.uri())
    ingest("police_drug_user")
    assert files_with("s3cret", store.home) == []


def test_a_server_nobody_vouched_for_is_not_talked_to(
    store: Store, sftp: servers.Sftp, production: Production, tmp_path: Path
) -> None:
    (tmp_path / "nobody").write_text("")
    production(police_sftp=sftp.uri(known_hosts=str(tmp_path / "nobody")))
    with pytest.raises(FetchError, match="nobody has vouched for"):
        bring(store, "police_drug_user")


def test_a_server_whose_host_key_changed_is_not_talked_to(
    store: Store, sftp: servers.Sftp, production: Production, tmp_path: Path
) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    (tmp_path / "changed").write_text(f"127.0.0.1 {other}")
    production(police_sftp=sftp.uri(known_hosts=str(tmp_path / "changed")))
    with pytest.raises(FetchError, match="another host key than the known one"):
        bring(store, "police_drug_user")


def test_without_a_file_of_known_hosts_nothing_is_trusted(
    store: Store, sftp: servers.Sftp, production: Production, tmp_path: Path
) -> None:
    production(police_sftp=sftp.uri(known_hosts=str(tmp_path / "absent")))
    with pytest.raises(FetchError, match="host key is missing"):
        bring(store, "police_drug_user")


def test_the_host_key_may_stand_in_the_connection(store: Store, sftp: servers.Sftp, production: Production) -> None:
    send(sftp, "d1", USERS)
    key = sftp.known_hosts.read_text().split(" ", 1)[1].strip()
    production(police_sftp=sftp.uri(host_key=key))
    assert bring(store, "police_drug_user").brought == ("d1",)


def test_a_folder_without_its_manifest_waits_until_it_is_written(
    store: Store, sftp: servers.Sftp, production: Production
) -> None:
    folder = send(sftp, "d1", USERS)
    manifest = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").unlink()
    production(police_sftp=sftp.uri())
    assert bring(store, "police_drug_user").brought == ()
    (folder / "manifest.json").write_bytes(manifest)
    assert bring(store, "police_drug_user").brought == ("d1",)


def test_a_file_that_is_not_what_its_manifest_says_stays_on_the_server_with_a_reason(
    store: Store, sftp: servers.Sftp, production: Production
) -> None:
    send(sftp, "d1", USERS, sha256="0" * 64)
    lost = send(sftp, "d2", USERS) / "manifest.json"
    lost.write_text(lost.read_text().replace('"files": ["d2.zip"]', '"files": ["d2.zip", "d2b.zip"]'))
    (send(sftp, "d3", USERS) / "manifest.json").write_text("{")
    send(sftp, "d4", USERS)
    production(police_sftp=sftp.uri())
    fetched = bring(store, "police_drug_user")
    assert fetched.brought == ("d4",)
    assert {path.split("/")[0] for path in offered(store, "police_drug_user")} == {"d4"}
    assert [sentence.split(": ")[1] for sentence in fetched.refused] == [
        "its content is not the one its manifest.json names",
        "its manifest.json lists 2 files, 1 are there or their names differ",
        "its manifest.json is not valid JSON",
    ]


def test_names_that_lead_elsewhere_are_refused_and_the_others_are_fetched(
    store: Store, sftp: servers.Sftp, production: Production
) -> None:
    send(sftp, "d1", USERS)
    names = ["../../escape.zip", "/etc/cron.d/x", "..\\x", "bell\x07", "\xc4\xe3.zip", "x" * 201]
    sftp.names.write_text(json.dumps(names))
    production(police_sftp=sftp.uri())
    fetched = bring(store, "police_drug_user")
    assert fetched.brought == ("d1",)
    reasons = sorted(sentence.split("it ")[1].split(":")[0] for sentence in fetched.refused)
    assert reasons == [
        "holds a path separator",
        "holds a path separator",
        "holds a path separator",
        "holds control characters",
        "is longer than 200 bytes",
        "is not in the encoding the contract says",
    ]
    assert all(sentence.isascii() and sentence.isprintable() for sentence in fetched.refused)


def test_a_link_on_the_server_is_not_followed(store: Store, sftp: servers.Sftp, production: Production) -> None:
    folder = send(sftp, "d1", USERS)
    (folder / "key").symlink_to("/etc/hostname")
    (folder.parent / "d2").symlink_to(folder)
    production(police_sftp=sftp.uri())
    assert bring(store, "police_drug_user").brought == ("d1",)
    assert sorted(offered(store, "police_drug_user")) == ["d1/d1.zip", "d1/manifest.json"]


def test_a_connection_that_is_not_set_is_named(store: Store, production: Production) -> None:
    production()
    with pytest.raises(FetchError, match="HUILIU_CONNECTION_POLICE_SFTP"):
        bring(store, "police_drug_user")
