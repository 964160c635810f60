"""What several of these tests have in common."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .browser import Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser's half of a form."""
    with Browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser
