"""Questions must come in the same order each time the node runs."""

from __future__ import annotations

import os
import random
import time
import uuid
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from pathlib import Path

import pytest
from langgraph.types import interrupt

from .checked import found_in_node, marks

REGIONS = {"eu", "us"}
NUMBERS = {1, 2, 3}
ORDERED = ("eu", "us")
DEBUG = bool(os.environ.get("DEBUG"))


def through_a_set(state):
    for region in {"eu", "us"}:  # -> changing-order warning
        interrupt(region)
    for region in REGIONS:  # -> changing-order warning
        interrupt(region)
    for place, region in enumerate(set(state["log"])):  # -> changing-order warning
        interrupt(f"{place}: {region}")
    return {}


def through_what_is_made_of_a_set(state):
    names = {name for name in state["log"]}
    answers = [interrupt(name) for name in names]  # -> changing-order warning
    for name, number in dict.fromkeys(names).items():  # -> changing-order warning
        interrupt(f"{name}: {number}")
    for name in set(state["log"]) - {"x"}:  # -> changing-order warning
        interrupt(name)
    return {"log": answers}


def through_a_folder(state):
    for path in Path("inbox").glob("*.pdf"):  # -> changing-order warning
        interrupt(str(path))
    for name in os.listdir("inbox"):  # -> changing-order warning
        interrupt(name)
    return {}


def as_they_finish(state):
    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(str, one) for one in state["log"]]
        for job in as_completed(jobs):  # -> changing-order warning
            interrupt(job.result())
    return {}


def by_chance(state):
    if random.random() < 0.5:  # -> changing-order warning
        interrupt("first")
    for question in random.sample(ORDERED, 1):  # -> changing-order warning
        interrupt(question)
    lucky = str(uuid.uuid4()).startswith("a")
    answer = interrupt("lucky") if lucky else None  # -> changing-order warning
    return {"log": [answer]}


def by_the_time(state):
    now = datetime.now()
    if now.hour < 12:  # -> changing-order warning
        interrupt("Good morning?")
    late = now.hour > 20 and interrupt("So late?")  # -> changing-order warning
    started = time.time()
    while time.time() < started + 60:  # -> changing-order warning
        interrupt("Again?")
    return {"log": [late]}


def by_the_environment(state):
    if os.environ.get("ASK"):  # -> changing-order info
        interrupt("?")
    if os.getenv("ASK") == "1":  # -> changing-order info
        interrupt("?")
    return {}


@pytest.mark.parametrize(
    "node",
    [
        through_a_set,
        through_what_is_made_of_a_set,
        through_a_folder,
        as_they_finish,
        by_chance,
        by_the_time,
        by_the_environment,
    ],
)
def test_an_order_that_may_change_is_found(node) -> None:
    assert marks(node)
    assert found_in_node(node) == marks(node)


def in_order(state):
    for region in sorted(REGIONS):
        interrupt(region)
    for region in ORDERED:
        interrupt(region)
    for number in NUMBERS:
        interrupt(str(number))
    for name in {"only one"}:
        interrupt(name)
    for name, value in {"a": 1, "b": 2}.items():
        interrupt(f"{name} {value}")
    for name in sorted(set(state["log"])):
        interrupt(name)
    for path in sorted(Path("inbox").glob("*.pdf")):
        interrupt(str(path))
    return {}


def decided_by_the_state(state):
    if state["amount"] > 100:
        interrupt("So much?")
    if DEBUG:
        interrupt("Debug?")
    while not state.get("log"):
        if interrupt("?") == "x":
            break
    return {}


def what_is_asked_may_change(state):
    return {"log": [interrupt(f"{datetime.now()}: {random.choice(ORDERED)} {sorted(REGIONS)}")]}


def what_does_not_ask_may_change(state):
    for region in REGIONS:
        state.get(region)
    if random.random() < 0.5:
        time.sleep(0.1)
    return {"log": [interrupt("?")]}


@pytest.mark.parametrize(
    "node", [in_order, decided_by_the_state, what_is_asked_may_change, what_does_not_ask_may_change]
)
def test_an_order_that_stays_is_fine(node) -> None:
    assert found_in_node(node) == set()
