"""What holds for all tests."""

from __future__ import annotations

import gc
import os

from hypothesis import HealthCheck, settings

from .figures.recorded import figure  # noqa: F401  a fixture of all tests

# A busy machine is no bug. Under CI the examples are the same each time; a run by hand looks at new ones.
settings.register_profile(
    "ours", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("ours")


def pytest_collection_finish() -> None:
    """What is imported and collected stays, so no test's garbage is looked for among it: a third of what unit tests cost."""
    gc.collect()
    gc.freeze()
