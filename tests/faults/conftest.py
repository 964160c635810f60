"""Kernels to kill."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from .nursery import Nursery


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Generator[Nursery]:
    nursery = Nursery(tmp_path_factory.mktemp("kernels"))
    yield nursery
    nursery.close()
