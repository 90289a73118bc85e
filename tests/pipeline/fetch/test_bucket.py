"""Fetching from an S3 bucket: prefixes, versions, keys nobody vouches for."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import contract_of
from pipelines.ingest.fetch import Connection, FetchError
from pipelines.ingest.fetch.bucket import Bucket
from pipelines.ingest.fetch.inbox import NotWhole
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.fetch import servers
from tests.pipeline.fetch.way import bring, files_with, offered
from tests.pipeline.test_ingest import ingest

Production = Callable[..., None]
DATASET = "transport_handover"


def send(client: Any, folder: Path, delivery_id: str, rows: list[make.Row]) -> None:
    """Have the department write a delivery below its prefix, the manifest last."""
    make.deliver_handovers(folder, delivery_id, rows)
    for path in sorted((folder / "transport/transport_handover" / delivery_id).iterdir(), reverse=True):
        key = f"transport_handover/{delivery_id}/{path.name}"
        client.put_object(Bucket="transport-exports", Key=key, Body=path.read_bytes())


def test_a_delivery_comes_from_the_bucket_through_to_staging(
    store: Store, s3: servers.S3, bucket: Any, tmp_path: Path
) -> None:
    send(bucket, tmp_path, "h1", [make.handover(1), make.handover(2)])
    account = ingest(DATASET)["h1"]
    assert (account["status"], account["staged"]) == ("accepted", 2)
    assert files_with(s3.secret, store.home) == []


def test_what_was_fetched_is_not_fetched_again_and_what_is_new_is(store: Store, bucket: Any, tmp_path: Path) -> None:
    send(bucket, tmp_path, "h1", [make.handover(1)])
    assert bring(store, DATASET).brought == ("h1",)
    assert bring(store, DATASET).brought == ()
    send(bucket, tmp_path, "h2", [make.handover(2)])
    assert bring(store, DATASET).brought == ("h2",)


def test_keys_of_a_sibling_prefix_are_not_of_this_dataset(store: Store, bucket: Any, tmp_path: Path) -> None:
    send(bucket, tmp_path, "h1", [make.handover(1)])
    for name in ("h.csv.gz", "manifest.json"):
        bucket.put_object(Bucket="transport-exports", Key=f"transport_handover_old/h9/{name}", Body=b"{}")
    bucket.put_object(Bucket="transport-exports", Key="transport_handover/h8/", Body=b"")
    assert bring(store, DATASET).brought == ("h1",)


def test_keys_that_lead_elsewhere_are_refused_and_the_others_are_fetched(
    store: Store, bucket: Any, tmp_path: Path
) -> None:
    send(bucket, tmp_path, "h1", [make.handover(1)])
    for key in ("h2/../../../escape", "/etc/passwd", "h3/a\\b", "h4/\u202egz.csv"):
        bucket.put_object(Bucket="transport-exports", Key=f"transport_handover/{key}", Body=b"x")
    fetched = bring(store, DATASET)
    assert fetched.brought == ("h1",)
    assert len(fetched.refused) == 4
    assert {path.split("/")[0] for path in offered(store, DATASET)} == {"h1"}


def test_a_large_object_in_parts_is_fetched_by_its_size(store: Store, bucket: Any, tmp_path: Path) -> None:
    key = {"Bucket": "transport-exports", "Key": "transport_handover/h1/big.csv.gz"}
    upload = bucket.create_multipart_upload(**key)["UploadId"]
    bodies = [b"a" * (5 << 20), b"b" * 100]
    parts = [
        bucket.upload_part(**key, UploadId=upload, PartNumber=number, Body=body)["ETag"]
        for number, body in enumerate(bodies, start=1)
    ]
    listed = {"Parts": [{"ETag": etag, "PartNumber": number} for number, etag in enumerate(parts, start=1)]}
    bucket.complete_multipart_upload(**key, UploadId=upload, MultipartUpload=listed)
    bucket.put_object(Bucket="transport-exports", Key="transport_handover/h1/manifest.json", Body=b"{}")
    assert bring(store, DATASET).brought == ("h1",)
    assert offered(store, DATASET)["h1/big.csv.gz"] == b"".join(bodies)


def test_an_object_replaced_after_the_listing_is_not_taken(
    s3: servers.S3, bucket: Any, tmp_path: Path, production: Production
) -> None:
    send(bucket, tmp_path, "h1", [make.handover(1)])
    server = contract_of(DATASET).server
    tree = Bucket(server, Connection.of_uri("transport_s3", s3.uri()))
    listed = [file for file in tree.files() if file.parts[-1].endswith("gz")]
    time.sleep(0.01)
    bucket.put_object(Bucket="transport-exports", Key="transport_handover/h1/h1.csv.gz", Body=b"other")
    with pytest.raises(NotWhole, match="changed after it was listed"):
        tree.download(listed[0], tmp_path / "h1.csv.gz")


def test_a_bucket_that_is_not_there_or_not_ours_is_named(store: Store, s3: servers.S3, production: Production) -> None:
    production(transport_s3=s3.uri())
    with pytest.raises(FetchError, match="transport-exports answers NoSuchBucket") as told:
        bring(store, DATASET)
    assert s3.secret not in str(told.value)
    assert s3.key not in str(told.value)
