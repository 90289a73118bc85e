"""S3 and what speaks like it: objects below a prefix, checked by size and etag."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.contracts import Server
from pipelines.ingest.fetch.connection import Connection, FetchError, told
from pipelines.ingest.fetch.inbox import BLOCK, NotWhole, write_whole
from pipelines.ingest.fetch.offers import RemoteFile

# The etag of an object uploaded in one piece and not encrypted with a key of its own is its MD5.
_MD5 = re.compile(r"^[0-9a-f]{32}$")


def _client(connection: Connection) -> Any:
    import boto3
    from botocore.config import Config

    extra = connection.extra
    endpoint = extra.get("endpoint_url")
    if not endpoint and connection.host:
        endpoint = f"https://{connection.host}" + (f":{connection.port}" if connection.port else "")
    # Every source of credentials but the connection is shut out by giving them here.
    return boto3.session.Session(
        aws_access_key_id=connection.login,
        aws_secret_access_key=connection.password,
        aws_session_token=extra.get("session_token"),
        region_name=extra.get("region_name", "us-east-1"),
    ).client(
        "s3",
        endpoint_url=endpoint,
        verify=extra.get("ca_file", True),
        config=Config(
            connect_timeout=20,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": int(extra.get("attempts", "4"))},
            s3={"addressing_style": "path"} if endpoint else None,
        ),
    )


class Bucket:
    """The objects of one dataset below the prefix of the contract's location."""

    def __init__(self, server: Server, connection: Connection) -> None:
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
        from urllib3.exceptions import HTTPError

        if not connection.login or not connection.password:
            raise FetchError(f"connection {connection.name} needs an access key as login and its secret as password")
        url = urlsplit(server.location)
        self.bucket = url.netloc
        self.prefix = url.path.strip("/") + "/" if url.path.strip("/") else ""
        self.name = connection.name
        self._broken = (BotoCoreError, HTTPClientError, HTTPError, OSError)
        self._refused = ClientError
        self._s3 = _client(connection)

    def _told(self, error: Any) -> FetchError:
        code = str(error.response.get("Error", {}).get("Code", ""))
        known = code if re.fullmatch(r"[A-Za-z0-9]{1,40}", code) else "an error"
        return FetchError(
            f"connection {self.name}: bucket {self.bucket} answers {known}; renew the access key or ask the agency "
            "for the right to list and read it"
        )

    def files(self) -> Iterator[RemoteFile]:
        """Every object below the prefix; markers of folders are passed over."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        with told(f"connection {self.name}: bucket {self.bucket} cannot be reached", self._broken, "run again"):
            try:
                for page in pages:
                    for item in page.get("Contents", []):
                        key = item["Key"].removeprefix(self.prefix)
                        if key and not key.endswith("/"):
                            etag = item["ETag"].strip('"')
                            modified = item["LastModified"].timestamp()
                            yield RemoteFile(tuple(key.split("/")), int(item["Size"]), etag, modified)
            except self._refused as error:
                raise self._told(error) from None

    def download(self, file: RemoteFile, target: Path) -> None:
        """Copy one object, of the very version that was listed."""
        key = self.prefix + "/".join(file.parts)
        with told(
            f"connection {self.name}: bucket {self.bucket} broke off", self._broken, "nothing half is kept; run again"
        ):
            try:
                answer = self._s3.get_object(Bucket=self.bucket, Key=key, IfMatch=f'"{file.version}"')
            except self._refused as error:
                if error.response.get("Error", {}).get("Code") in ("PreconditionFailed", "NoSuchKey", "412", "404"):
                    raise NotWhole(f"{target.name} changed after it was listed") from None
                raise self._told(error) from None
            write_whole(answer["Body"].iter_chunks(BLOCK), target, file.size)
        keyed = str(answer.get("ServerSideEncryption", "")).startswith("aws:kms") or "SSECustomerAlgorithm" in answer
        if _MD5.match(file.version) and not keyed:
            with target.open("rb") as stream:
                if hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() != file.version:
                    raise NotWhole(f"{target.name} differs from its etag")
