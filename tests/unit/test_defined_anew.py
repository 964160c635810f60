"""A node or a tool that a notebook defines anew while a run has failed: the graph has the earlier one, which retrying says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets.thread.defined_anew import defined_anew

from ..waiting import at_rest

_NODE = "def work(state):\n    return {{'log': [{what}]}}\n"
_GRAPH = """
import operator
from typing import Annotated, TypedDict
from langgraph.graph import START, StateGraph

class Log(TypedDict):
    log: Annotated[list, operator.add]

def built(node):
    return StateGraph(Log).add_node("work", node).add_edge(START, "work").compile()
"""


@pytest.fixture
def notebook() -> Iterator[ModuleType]:
    """A module whose functions are defined by `exec`, as a notebook's are."""
    module = sys.modules["a_notebook"] = ModuleType("a_notebook")
    exec(_GRAPH, module.__dict__)
    yield module
    del sys.modules["a_notebook"]


def _failed(notebook: Any, code: str) -> hitl.Session:
    exec(code, notebook.__dict__)
    return at_rest(hitl.run(notebook.built(notebook.work), {"log": []}, thread_id="t"))


def test_retry_says_that_a_node_was_mended_and_the_graph_was_not(notebook: ModuleType) -> None:
    session = _failed(notebook, _NODE.format(what="1 / 0"))
    exec(_NODE.format(what="'worked'"), notebook.__dict__)
    session.retry()
    assert at_rest(session).status == "failed"
    assert session._run.told[-1] == (
        "`work` has been defined anew, and this graph has the earlier one: compile it anew, then "
        "`hitl.attach(graph, 't')` goes on from here."
    )
    again = at_rest(hitl.attach(notebook.built(notebook.work), "t"))
    again.retry()
    assert again.wait(60) == {"log": ["worked"]}
    assert "defined anew" not in "".join(again._run.told)


def test_what_is_around_a_node_is_looked_through(notebook: ModuleType) -> None:
    tried = "import hitl_widgets as hitl\n@hitl.approve\n" + _NODE.format(what="1 / 0")
    session = _failed(notebook, tried)
    session.answer(True)
    at_rest(session)
    exec(tried.replace("1 / 0", "2"), notebook.__dict__)
    session.retry()
    assert "`work` has been defined anew" in session._run.told[-1]


@pytest.mark.parametrize(
    "rerun", ["", _NODE.format(what="1 / 0"), "work = 3", "del work"], ids=["not", "same", "no", "gone"]
)
def test_a_cell_that_changes_nothing_says_nothing(notebook: ModuleType, rerun: str) -> None:
    session = _failed(notebook, _NODE.format(what="1 / 0"))
    before = session._run.told
    exec(rerun, notebook.__dict__)
    session.retry()
    assert at_rest(session)._run.told == before


def test_tools_too(notebook: ModuleType) -> None:
    code = "from langchain_core.tools import tool\n@tool\ndef search(query: str) -> str:\n    'Search.'\n    return {what}\n"
    exec(code.format(what="'a'"), notebook.__dict__)
    exec("from langgraph.prebuilt import ToolNode\nwork = ToolNode([search])", notebook.__dict__)
    graph = notebook.built(notebook.work)  # type: ignore[attr-defined]
    assert defined_anew(graph) == []
    exec(code.format(what="'b'"), notebook.__dict__)
    assert defined_anew(graph) == ["search"]


class Odd:
    """A node whose attributes are anybody's code, which may raise."""

    tries = 0

    def __getattr__(self, name: str) -> Any:
        if self.tries and name == "afunc":
            raise RuntimeError(name)
        raise AttributeError(name)

    def __call__(self, _: Any) -> dict[str, Any]:
        self.tries += 1
        if self.tries == 1:
            raise ValueError
        return {"log": ["worked"]}


def test_a_node_that_cannot_be_looked_into_is_retried_all_the_same(notebook: Any) -> None:
    session = at_rest(hitl.run(notebook.built(Odd()), {"log": []}))
    session.retry()
    assert session.wait(60) == {"log": ["worked"]}


_ENTRYPOINT = """
from langgraph.func import entrypoint
@entrypoint()
def work(value):
    return {what}
"""
_MADE = """
def make(what):
    def node(state):
        return {{'log': [what, {what}]}}
    return node
"""


def test_an_entrypoint_too(notebook: ModuleType) -> None:
    exec(_ENTRYPOINT.format(what="1"), notebook.__dict__)
    graph = notebook.work  # type: ignore[attr-defined]
    assert defined_anew(graph) == []
    exec(_ENTRYPOINT.format(what="True"), notebook.__dict__)
    assert defined_anew(graph) == ["work"]
    assert defined_anew(notebook.work) == []  # type: ignore[attr-defined]


def test_a_function_that_another_one_makes_is_known_by_that_one(notebook: ModuleType) -> None:
    exec(_MADE.format(what="1"), notebook.__dict__)
    graph = notebook.built(notebook.make("a"))  # type: ignore[attr-defined]
    exec("\n\n" + _MADE.format(what="1"), notebook.__dict__)  # the same, on other lines
    assert defined_anew(graph) == []
    exec("def make():\n    return len", notebook.__dict__)  # it makes none any more: what took its place nobody knows
    assert defined_anew(graph) == []
    exec(_MADE.format(what="2"), notebook.__dict__)
    assert defined_anew(graph) == ["node"]


def test_of_a_lambda_nobody_knows_what_took_its_place(notebook: ModuleType) -> None:
    exec("work = lambda state: {'log': [1]}", notebook.__dict__)
    graph = notebook.built(notebook.work)  # type: ignore[attr-defined]
    exec("work = lambda state: {'log': [2]}", notebook.__dict__)
    assert defined_anew(graph) == []
