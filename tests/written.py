"""An answer written into a thread as another kernel may have left it: saved, and nothing gone on with."""

from __future__ import annotations

from typing import Any

from hitl_widgets.driver import Address, Driver
from hitl_widgets.driver.answers.address import Written
from hitl_widgets.driver.answers.writing import Given


async def write_answer(driver: Driver, address: Address, answer: Any) -> Written | None:
    [outcome] = await driver.write_answers([Given(address, answer)])
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
