"""The process that forks kernels for tests: none of them outlives it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest
from jupyter_client.connect import write_connection_file

from ..nursery import Nursery, end


@pytest.mark.skipif(os.name == "nt", reason="nothing is forked there")
def test_its_kernels_end_with_it_though_somebody_has_interrupted_all_tests(tmp_path: Path) -> None:
    file = str(tmp_path / "kernel.json")
    write_connection_file(file, transport="ipc", ip=str(tmp_path / "k"))
    nursery = Nursery([])
    kernel = psutil.Process(nursery.fork(["-f", file, "--HistoryManager.enabled=False"]))
    try:
        os.kill(kernel.ppid(), signal.SIGINT)
        nursery.close()
        psutil.wait_procs([kernel], timeout=20)
        assert not kernel.is_running()
    finally:
        end(kernel)
