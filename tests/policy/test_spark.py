"""The same run on a local cluster of several processes gives the same results, byte for byte."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from tests.house.source_tree import PROJECT

from leerrekening.policy import files
from leerrekening.policy.reforms import LawBook, ready_reforms
from leerrekening.policy.results import Results
from leerrekening.policy.simulation import Setting, Simulation
from leerrekening.policy.spark import run_on_spark
from leerrekening.policy.synthesis import read_assumptions

DAY = "2027-03-01"


@pytest.mark.deep
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyspark.sql import SparkSession

    if shutil.which("java") is None:
        pytest.fail(
            "Java 17 is missing.\n  Debian: sudo apt-get install openjdk-17-jre-headless", pytrace=False
        )
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(PROJECT / "src"))
    files.write_synthetic(tmp_path / "people", 30_000, 6, DAY)
    reforms = [None, *(r for r in ready_reforms() if r.id in ("loopbaankrediet", "sociale_partners"))]
    simulation = Simulation(LawBook(), reforms, Setting(DAY))
    people = files.open_population(tmp_path / "people")
    here = simulation.run(people.parts, people.day, "columns")
    spark = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "7000")
        .getOrCreate()
    )
    try:
        frame = spark.read.parquet(str(tmp_path / "people" / "*.parquet")).repartition(4)
        there = run_on_spark(frame, reforms, Setting(DAY), people.day, "columns")
    finally:
        spark.stop()
    assumptions = read_assumptions()
    assert Results(simulation, there, assumptions).csv() == Results(simulation, here, assumptions).csv()
    assert there.unknown == {name: count for name, count in here.unknown.items() if count}
