"""What a node does before it asks is done again with every answer."""

from __future__ import annotations

import logging
import os
import shutil
import smtplib
import sqlite3
import subprocess
import urllib.request
from pathlib import Path

import httpx
import pytest
import requests
from langgraph.func import entrypoint, task
from langgraph.types import interrupt

import hitl_widgets as hitl

from .checked import found_in, found_in_node, marks
from .graphs import Log, chain

SENT: list[str] = []
COUNTS = {"asked": 0}
LIMITS = ["low"]
connection = sqlite3.connect(":memory:")
client = httpx.Client()
session = requests.Session()
logger = logging.getLogger(__name__)
asked = 0


def prints(state):
    print("asking")  # -> runs-again info
    logger.info("asking")  # -> runs-again info
    logging.warning("asking")  # -> runs-again info
    return {"log": [interrupt("?")]}


def writes_files(state):
    with open("a.txt", "a") as file:  # -> runs-again error
        file.write("x")
    with open("b.txt", mode="w") as file:  # -> runs-again warning
        file.write("x")
    Path("c.txt").write_text("x")  # -> runs-again warning
    path = Path("d.txt")
    path.open("a").close()  # -> runs-again error
    shutil.rmtree("folder")  # -> runs-again warning
    os.remove("e.txt")  # -> runs-again warning
    return {"log": [interrupt("?")]}


def uses_the_network(state):
    requests.post("https://example.com", timeout=1)  # -> runs-again error
    session.delete("https://example.com")  # -> runs-again error
    client.put("https://example.com")  # -> runs-again error
    with httpx.Client() as own:
        own.get("https://example.com")  # -> runs-again warning
    urllib.request.urlopen("https://example.com")  # -> runs-again warning
    server = smtplib.SMTP("localhost")
    server.send_message(state["message"])  # -> runs-again error
    subprocess.run(["ls"])  # -> runs-again warning
    return {"log": [interrupt("?")]}


async def uses_the_network_async(state):
    async with httpx.AsyncClient() as own:
        await own.post("https://example.com")  # -> runs-again error
    return {"log": [interrupt("?")]}


def writes_to_a_database(state):
    connection.execute("INSERT INTO orders VALUES (1)")  # -> runs-again error
    own = sqlite3.connect("orders.db")
    cursor = own.cursor()
    cursor.execute(f"UPDATE orders SET n = {state['amount']}")  # -> runs-again error
    own.commit()  # -> runs-again error
    return {"log": [interrupt("?")]}


def changes_what_is_outside(state):
    global asked
    asked += 1  # -> runs-again warning
    SENT.append("x")  # -> runs-again warning
    COUNTS["asked"] += 1  # -> runs-again warning
    COUNTS.update(asked=1)  # -> runs-again info
    state["log"].append("x")  # -> runs-again info
    log = state["log"]
    log.extend(["x"])  # -> runs-again info
    return {"log": [interrupt("?")]}


def between_two_questions(state):
    first = interrupt("first")
    requests.post("https://example.com", json=first, timeout=1)  # -> runs-again error
    return {"log": [first, interrupt("second")]}


def earlier_in_the_loop(state):
    for item in state["log"]:
        if interrupt(item):
            requests.post("https://example.com", json=item, timeout=1)  # -> runs-again error
    return {}


def on_one_way_only(state):
    if state["amount"]:
        requests.post("https://example.com", timeout=1)  # -> runs-again error
    return {"log": [interrupt("?")]}


def before_the_question_in_a_handler(state):
    try:
        reply = requests.post("https://example.com", timeout=1)  # -> runs-again error
        reply.raise_for_status()
    except OSError:
        return {"log": [interrupt("It failed. Go on?")]}
    return {}


def on_the_way_out(state):
    try:
        answer = interrupt("?")
    finally:
        requests.post("https://example.com", timeout=1)  # -> runs-again error
    return {"log": [answer]}


def notify(text):
    requests.post("https://example.com", json=text, timeout=1)  # -> runs-again error


def confirm(text):
    return interrupt(text)


@pytest.mark.parametrize(
    "node",
    [
        prints,
        writes_files,
        uses_the_network,
        uses_the_network_async,
        writes_to_a_database,
        changes_what_is_outside,
        between_two_questions,
        earlier_in_the_loop,
        on_one_way_only,
        before_the_question_in_a_handler,
        on_the_way_out,
    ],
)
def test_what_is_done_before_a_question_is_found(node) -> None:
    assert marks(node)
    assert found_in_node(node) == marks(node)


def test_functions_that_a_node_calls_are_followed() -> None:
    def node(state):
        notify("asking")
        return {"log": [confirm("?")]}

    assert found_in_node(node) == marks(notify)


def test_what_is_passed_on_is_still_known() -> None:
    def add(items, to):
        to.append(items)  # -> runs-again info

    def node(state):
        add("x", to=state["log"])
        return {"log": [interrupt("?")]}

    assert found_in_node(node) == marks(add)


def test_it_says_what_goes_wrong_and_how_to_mend_it() -> None:
    (finding, _) = hitl.check(chain(Log, {"order": between_two_questions}))

    assert finding.node == "order"
    assert finding.code == "requests.post(…)"
    assert "runs from its top each time it is resumed" in finding.wrong
    assert f"`interrupt(…)` in line {finding.line + 1}" in finding.wrong
    assert "below the interrupt" in finding.mend
    assert "@task" in finding.mend


def afterwards(state):
    answer = interrupt("?")
    print(answer)
    requests.post("https://example.com", timeout=1)
    SENT.append(answer)
    Path("c.txt").write_text(answer)
    return {"log": [answer]}


def validates_as_langgraph_documents_it(state):
    prompt = "What is your age?"
    while True:
        answer = interrupt(prompt)
        if isinstance(answer, int) and answer > 0:
            break
        prompt = f"'{answer}' is not valid. What is your age?"
    print(f"The human in the loop is {answer} years old.")
    return {"amount": answer}


def validates_with_a_limit(state):
    for attempt in range(3):
        answer = interrupt(f"Your age? ({attempt})")
        if answer > 0:
            requests.post("https://example.com", timeout=1)
            return {"amount": answer}
    raise ValueError("No age.")


def reads_only(state):
    with open("prompt.txt") as file:
        question = file.read()
    rows = connection.execute("SELECT * FROM orders").fetchall()
    limit = os.environ.get("LIMIT", LIMITS[0])
    seen = [*SENT, str(rows), limit]
    seen.append(question)
    return {"log": [interrupt("\n".join(seen))]}


def changes_its_own(state):
    log = list(state["log"])
    log.append("x")
    options = {"a": 1}
    options.update(b=2)
    state = {**state, "log": log}
    state["log"].append("y")
    counts = 0
    counts += 1
    return {"log": [interrupt({"log": log, "counts": counts})]}


def on_the_other_way(state):
    if state["amount"] > 100:
        return {"log": [interrupt("So much?")]}
    requests.post("https://example.com", timeout=1)
    return {}


def returns_before(state):
    if not state["amount"]:
        requests.post("https://example.com", timeout=1)
        return {}
    return {"log": [interrupt("?")]}


def the_call_that_failed(state):
    try:
        requests.post("https://example.com", timeout=1)
    except OSError:
        return {"log": [interrupt("It failed. Go on?")]}
    return {}


def defines_but_does_not_call(state):
    def later():
        requests.post("https://example.com", timeout=1)

    then = lambda: notify("x")  # noqa: E731
    answer = interrupt("?")
    later()
    then()
    return {"log": [answer]}


def names_that_only_look_like_it(state):
    class Box:
        def post(self, value):
            return value

    requests = Box()
    requests.post("x")
    print = str
    print("x")
    reply = Box().post({"get": 1})
    reply.get("x")
    return {"log": [interrupt("?")]}


@pytest.mark.parametrize(
    "node",
    [
        afterwards,
        validates_as_langgraph_documents_it,
        validates_with_a_limit,
        reads_only,
        changes_its_own,
        on_the_other_way,
        returns_before,
        the_call_that_failed,
        defines_but_does_not_call,
        names_that_only_look_like_it,
    ],
)
def test_what_is_not_done_again_is_not_found(node) -> None:
    assert found_in_node(node) == set()


def test_the_result_of_a_task_is_saved_so_it_is_no_effect() -> None:
    @task
    def charge(amount):
        requests.post("https://example.com", json=amount, timeout=1)
        return amount

    @task
    def ask_in_a_task(question):
        requests.get("https://example.com", timeout=1)  # -> runs-again warning
        return interrupt(question)

    @entrypoint()
    def order(amount):
        charged = charge(amount).result()
        SENT.append("x")  # -> runs-again warning
        return ask_in_a_task(f"{charged}?").result()

    def node(state):
        charge(1).result()
        return {"log": [interrupt("?")]}

    assert found_in(order) == marks(ask_in_a_task.func, order.nodes["order"].bound.func)
    assert {found.node for found in hitl.check(order)} == {"order", "order › ask_in_a_task", ""}
    assert found_in_node(node) == set()


def test_the_question_of_an_ask_node_is_read() -> None:
    def question(state):
        requests.post("https://example.com", timeout=1)  # -> runs-again error
        return "?"

    assert found_in(chain(Log, {"ask": hitl.ask_node("amount", question)})) == marks(question)
