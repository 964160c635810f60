"""An answer written into a thread as another kernel may have left it: saved, and nothing gone on with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl_widgets.driver import Address, Driver
from hitl_widgets.driver.answers.address import Written
from hitl_widgets.driver.answers.writing import Earlier, Given


async def write_answer(
    driver: Driver, address: Address, answer: Any, decision: Mapping[str, Any] | None = None
) -> Written | None:
    [outcome] = await driver.write_answers([Given(address, answer, decision or {})])
    if isinstance(outcome, Exception):
        raise outcome
    assert not isinstance(outcome, Earlier)
    return outcome
