"""How long land → judge → stage takes for one large GB18030 CSV, as a ratio to DuckDB merely reading the same rows.

    python benchmarks/ingest.py [--dataset police_drug_test] [--rows 1000000] [--persons 250000]

The rows are made from the contract: every column in the form of its domain, names and numbers of made-up persons
who come again and again, one row in a hundred written another way. The pipeline reads them as GB18030 in the
contract's container, judges them by all rules and writes the Great Expectations report; DuckDB reads them as plain
UTF-8 CSV and writes Parquet. Both run in processes of their own, in turn, with the same threads; the time to import
modules is printed but not part of either. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.contracts import Column, Contract, ContractError, contract_of

Values = list[str]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲建华红玉志海云鹏林晨欣宇浩然子轩雨涵一诺思远嘉怡"
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
COUNTIES = [f"4301{n:02d}" for n in (2, 3, 4, 5, 11, 12, 21)] + [f"4302{n:02d}" for n in (2, 3, 4, 11, 23, 24)]


class Persons:
    """Made-up persons; a row picks one, so that its columns agree."""

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        surname, first, second = (rng.choice(list(letters), count) for letters in (SURNAMES, GIVEN, GIVEN))
        self.names = np.char.add(np.char.add(surname, first), np.where(rng.random(count) < 0.8, second, ""))
        births = np.datetime64("1960-01-01") + rng.integers(0, 16_000, count).astype("timedelta64[D]")
        self.births = births.astype(str)
        serials = rng.integers(1, 1000, count)
        regions = rng.choice(COUNTIES, count)
        bodies = [
            f"{region}{birth.replace('-', '')}{serial:03d}"
            for region, birth, serial in zip(regions, self.births, serials, strict=True)
        ]
        digits = np.array(bodies).view("U1").reshape(count, 17).astype(np.int64)
        checks = np.array(list("10X98765432"))[(digits @ WEIGHTS) % 11]
        self.numbers = np.char.add(np.array(bodies), checks)
        self.sexes = np.where(serials % 2 == 1, "男", "女")
        self.regions = regions


def _days(rows: int, rng: np.random.Generator) -> Any:
    return np.datetime64("2022-01-01") + rng.integers(0, 1_300, rows).astype("timedelta64[D]")


def _column(column: Column, rows: int, who: Any, persons: Persons, rng: np.random.Generator) -> Any:
    """The text of one column for every row."""
    by_domain: dict[str, Callable[[], Any]] = {
        "person_name": lambda: persons.names[who],
        "resident_id": lambda: persons.numbers[who],
        "birth_date": lambda: persons.births[who],
        "sex": lambda: persons.sexes[who],
        "id_type": lambda: np.full(rows, "居民身份证"),
        "region_code": lambda: persons.regions[(who + len(column.name)) % len(persons.regions)],
        "case_number": lambda: np.array([f"长公(禁)社戒决字〔{2022 + n % 4}〕{n // 4 + 1}号" for n in who.tolist()]),
        "drug": lambda: rng.choice(["冰毒", "海洛因", "K粉", "麻古", "氯胺酮"], rows),
        "record_status": lambda: rng.choice(["增", "改"], rows, p=[0.9, 0.1]),
    }
    if column.name == "former_name":
        return np.where(rng.random(rows) < 0.02, persons.names[who], "")
    if column.key_position:
        return np.char.add("J2025", np.char.zfill(np.arange(rows).astype(str), 8))
    if column.semantic in by_domain:
        return by_domain[column.semantic]()
    if column.enum:
        return rng.choice(list(column.enum), rows)
    if column.name == "exported_at":
        return np.full(rows, "2025-10-31 23:00:00")
    if column.type == "timestamp":
        moments = _days(rows, rng).astype("datetime64[s]") + rng.integers(0, 86_400, rows).astype("timedelta64[s]")
        return np.char.replace(moments.astype(str), "T", " ")
    return _days(rows, rng).astype(str) if column.type == "date" else rng.integers(0, 100, rows).astype(str)


def _other_ways(column: Column, values: Any, rng: np.random.Generator) -> Values:
    """One value in a hundred as other systems write it."""
    written: Values = values.tolist()
    for place in np.flatnonzero(rng.random(len(written)) < 0.01).tolist():
        value = written[place]
        if column.type == "date":
            written[place] = value.replace("-", ".")
        elif column.semantic == "resident_id":
            written[place] = f"'{value}" if place % 3 else value.lower()
        elif column.semantic == "person_name":
            written[place] = f" {value}\u3000"
    return written


def make_rows(contract: Contract, rows: int, count: int, folder: Path) -> tuple[Path, Path]:
    """The same rows as a GB18030 and a UTF-8 file."""
    rng = np.random.default_rng(20251031)
    persons, who = Persons(count, rng), rng.integers(0, count, rows)
    if count >= rows:
        who = np.arange(rows)
    columns = [_other_ways(c, _column(c, rows, who, persons, rng), rng) for c in contract.columns]
    text = "".join(",".join(cells) + "\r\n" for cells in [contract.headers, *zip(*columns, strict=True)])
    paths = folder / "gb18030.csv", folder / "utf8.csv"
    for path, encoding in zip(paths, ("gb18030", "utf-8"), strict=True):
        path.write_bytes(text.encode(encoding))
    return paths


def _packed(contract: Contract, source: Path, target: Path) -> None:
    """The file in the container of the contract, as the agency would send it."""
    import gzip
    import shutil
    import zipfile

    container = contract.format_options.get("container")
    if container == "zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            archive.write(source, "export.csv")
    elif container == "gzip":
        with source.open("rb") as plain, gzip.open(target, "wb", compresslevel=6) as packed:
            shutil.copyfileobj(plain, packed)
    else:
        shutil.copyfile(source, target)


def bare(utf8: str, out: str, threads: int) -> dict[str, Any]:
    """DuckDB reads the CSV with its dialect pinned and writes Parquet."""
    import duckdb

    began = time.perf_counter()
    with duckdb.connect(config={"threads": threads, "memory_limit": "2GB"}) as duck:
        duck.sql(
            f"copy (from read_csv('{utf8}', all_varchar = true, header = true, delim = ',', quote = '\"', "
            f"escape = '\"', auto_detect = false, columns = {_names(utf8)})) to '{out}' (format parquet)"
        )
    return {"seconds": time.perf_counter() - began}


def _names(path: str) -> str:
    with Path(path).open(encoding="utf-8") as stream:
        names = stream.readline().strip().split(",")
    return "{" + ", ".join(f"'{name}': 'varchar'" for name in names) + "}"


def _tree_mib(parent: int) -> float:
    """Memory of a process and its children in MiB."""
    total = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(entry.name) == parent or int(fields[1]) == parent:
                total += int(fields[21]) * os.sysconf("SC_PAGESIZE")
        except (OSError, IndexError):
            continue
    return total / 2**20


def pipeline(dataset: str) -> dict[str, Any]:
    """Land, judge and stage what lies in the drop folder of the settings."""
    began = time.perf_counter()
    import great_expectations as gx

    from pipelines import steps
    from pipelines.ingest import judge, stage

    for module in (judge, stage):
        assert module.__name__
    times = {"import": time.perf_counter() - began}
    contract_of(dataset)
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], _tree_mib(os.getpid()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    marks = [time.perf_counter()]
    (delivery_id,) = steps.land(dataset)
    marks.append(time.perf_counter())
    steps.judge(dataset, [delivery_id])
    marks.append(time.perf_counter())
    accounts = steps.stage(dataset, [delivery_id])[delivery_id]
    marks.append(time.perf_counter())
    done.set()
    watcher.join()
    for name, first, last in zip(("land", "judge", "stage"), marks[:-1], marks[1:], strict=True):
        times[name] = last - first
    return {
        "seconds": marks[-1] - marks[0],
        "times": times,
        "peak_mib": peak[0],
        "accounts": accounts,
        "great_expectations": gx.__version__,
    }


def _in_process(*arguments: str, home: Path | None = None) -> dict[str, Any]:
    environment = {**os.environ, **({"HUILIU_HOME": str(home)} if home else {})}
    ended = subprocess.run(
        [sys.executable, __file__, *arguments], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    result: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return result


def _default_dataset() -> str:
    try:
        return contract_of("police_drug_test").dataset
    except ContractError:
        return "police_drug_user"


def compare(arguments: argparse.Namespace) -> dict[str, Any]:
    """Make the rows, run both in turn, print where the time goes; the figures of the median runs."""
    contract = contract_of(arguments.dataset or _default_dataset())
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as made:
        folder = Path(made)
        gb18030, utf8 = make_rows(contract, arguments.rows, arguments.persons, folder)
        print(f"{contract.dataset}: {arguments.rows:,} rows, {gb18030.stat().st_size >> 20} MiB in GB18030")
        runs, bares = [], []
        for turn in range(arguments.turns):
            bares.append(_in_process("--bare", str(utf8), str(folder / "bare.parquet"))["seconds"])
            home = folder / f"home{turn}"
            drop = home / "exports" / contract.agency / contract.dataset
            drop.mkdir(parents=True)
            _packed(contract, gb18030, drop / f"export.{contract.format_options.get('container', 'csv')}")
            runs.append(_in_process("--pipeline", contract.dataset, home=home))
            print(f"turn {turn + 1}: DuckDB {bares[-1]:.2f} s, pipeline {runs[-1]['seconds']:.2f} s")
    middle = sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]
    reference = statistics.median(bares)
    for name, seconds in middle["times"].items():
        print(f"  {name:<8}{seconds:7.2f} s{'  (not counted)' if name == 'import' else ''}")
    return {
        "name": "ingest",
        "ratio": round(middle["seconds"] / reference, 2),
        "seconds": round(middle["seconds"], 2),
        "peak_mib": round(max(run["peak_mib"] for run in runs)),
        "duckdb_seconds": round(reference, 2),
        "dataset": contract.dataset,
        "rows": arguments.rows,
        **middle["accounts"],
    }


def main() -> None:
    """Entry point; `--bare` and `--pipeline` are the processes it starts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--persons", type=int, default=250_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--bare", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--pipeline", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.bare:
        result = bare(*arguments.bare, threads=2)
    elif arguments.pipeline:
        result = pipeline(arguments.pipeline)
    else:
        result = compare(arguments)
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
