"""One kernel for each ipykernel, started once and shared by the tests that leave it usable."""

from __future__ import annotations

from collections.abc import Generator
from statistics import median

import pytest

from .client import Kernel
from .environments import VERSIONS, Environment, environment


@pytest.fixture(scope="session", params=VERSIONS, ids=lambda version: f"ipykernel-{version}")
def ipykernel(request: pytest.FixtureRequest) -> Environment:
    """Each ipykernel we support, in turn."""
    return environment(request.param)


class _Shared:
    """The kernel that is running now, if the last test left one that can be used."""

    def __init__(self, python: Environment) -> None:
        self._environment = python
        self._kernel: Kernel | None = None
        self._is_frozen = False

    def kernel(self) -> Kernel:
        if self._kernel is None:
            self._kernel, self._is_frozen = Kernel(self._environment.python), False
            assert self._kernel.ipykernel == self._environment.ipykernel
        return self._kernel

    def clean(self) -> None:
        """Empty the kernel's namespace, or give the kernel up if it does not answer."""
        if self._kernel is None:
            return
        try:
            self._kernel.run("%reset -f")
            if not self._is_frozen:
                # What it has imported is not looked through again, twice after each test, for what can be thrown away.
                self._kernel.run("__import__('gc').freeze()")
                self._is_frozen = True
            self._kernel.forget()
        except AssertionError:
            self.close()

    def close(self) -> None:
        if self._kernel is not None:
            self._kernel.close()
        self._kernel = None


@pytest.fixture(scope="session")
def _shared(ipykernel: Environment) -> Generator[_Shared]:
    shared = _Shared(ipykernel)
    yield shared
    shared.close()


@pytest.fixture
def kernel(_shared: _Shared, request: pytest.FixtureRequest) -> Generator[Kernel]:
    """A running kernel with an empty namespace."""
    yield _shared.kernel()
    if request.node.stash.get(FAILED, False):
        _shared.close()
    else:
        _shared.clean()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def latency(request: pytest.FixtureRequest) -> Generator[list[float]]:
    """Seconds that the test measures; their median and largest are printed at the end of the run."""
    seconds: list[float] = []
    yield seconds
    if seconds:
        middle, largest = median(seconds) * 1000, max(seconds) * 1000
        line = f"{request.node.name}: median {middle:.1f} ms, largest {largest:.1f} ms"
        request.node.user_properties.append(("latency", line))  # it is in the report of a worker, too


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for some in terminalreporter.stats.values() for report in some]
    lines = [
        line
        for report in reports
        if getattr(report, "when", None) == "teardown"
        for name, line in report.user_properties
        if name == "latency"
    ]
    if lines:
        terminalreporter.section("latencies")
        for line in lines:
            terminalreporter.write_line(line)
