"""`hitl.check` reads every graph, says where things are, and has nothing to say about good ones."""

from __future__ import annotations

import argparse
import ast
import asyncio
import inspect
import json
import linecache
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, TypedDict
from unittest import mock

import pytest
import requests
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.runnables import RunnableLambda, RunnableParallel
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.pregel import Pregel
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.check import sources
from hitl_widgets.check.calls import Calls
from hitl_widgets.check.sources import source_of
from hitl_widgets.check.walk import Walk

from . import graphs
from .checked import found_in, found_in_node, marks, pays
from .graphs import Log, chain

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


# ---------------------------------------------------------------- good graphs


@pytest.mark.parametrize("build", [graphs.three_questions, graphs.parallel, graphs.nested, graphs.fails_once])
def test_the_graphs_of_our_tests_are_fine(build) -> None:
    assert found_in(build()) == set()
    assert list(hitl.check(build(checkpointer=InMemorySaver()))) == []


def graphs_of(notebook: Path) -> list[Any]:
    """The graphs that a notebook builds or hands to `hitl.run`, of which none runs here."""
    builds = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Assign, ast.Expr)
    drives = re.compile(
        r"hitl\.(run|attach|inbox)\(|await |session\b|result|history|fork|job\b|step\.|frame|careful|what_if|graph_repr|\.(stream|invoke|get_state)\("
    )
    namespace: dict[str, Any] = {"__name__": "notebook"}
    handed: list[Any] = []
    cells = [cell for cell in json.loads(notebook.read_text())["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells):
        code = "".join(cell["source"])
        kept = [
            statement
            for statement in ast.parse(code).body
            if isinstance(statement, builds)
            and (isinstance(statement, builds[:5]) or not drives.search(ast.unparse(statement)))
            # What a cell ends with is shown, and builds nothing.
            and not (isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Call))
        ]
        with mock.patch.object(hitl, "run", lambda graph, *_, **__: handed.append(graph)):
            run_cell(code, f"<{notebook.name} {number}>", namespace, ast.Module(kept, []))
    return [*handed, *(value for value in namespace.values() if isinstance(value, Pregel))]


@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_the_graphs_of_our_notebooks_are_fine(notebook: Path) -> None:
    built = graphs_of(notebook)

    assert built
    for graph in built:
        findings = hitl.check(graph)
        assert {found.rule for found in findings} <= {"no-checkpointer"}
        assert findings.not_read == ()


def test_nothing_is_found_in_the_first_notebook() -> None:
    graph, by_hand = graphs_of(NOTEBOOKS / "01_three_questions.ipynb")

    assert hitl.check(graph).problems == ()
    assert str(hitl.check(by_hand)) == "Nothing found."


class Model(GenericFakeChatModel):
    def bind_tools(self, tools: Any, **_: Any) -> Any:
        return self


@tool
def refund(order: str) -> str:
    """Refund an order."""
    requests.post("https://example.com", timeout=1)
    return order


@tool
def transfer(amount: float) -> str:
    """Transfer an amount."""
    requests.post("https://example.com", timeout=1)  # -> runs-again error
    return interrupt(amount)


@tool
async def transfer_later(amount: float) -> str:
    """Transfer an amount."""
    print(amount)  # -> runs-again info
    return interrupt(amount)


def agent(*tools: Any, **options: Any) -> Any:
    return create_agent(Model(messages=iter([])), list(tools), **options)


@pytest.mark.parametrize("mode", ["batched", "per_call"])
def test_an_agent_that_asks_for_approval_is_fine(mode) -> None:
    approval = HumanInTheLoopMiddleware(interrupt_on={"refund": True}, interrupt_mode=mode)

    assert found_in(agent(refund, middleware=[approval])) == set()


def test_a_graph_that_never_stops_needs_no_checkpointer() -> None:
    nodes = {"work": lambda state: {}}

    assert list(hitl.check(chain(Log, nodes))) == []
    assert [found.rule for found in hitl.check(chain(Log, nodes, interrupt_before=["work"]))] == ["no-checkpointer"]


# ---------------------------------------------------------------- where things are


def test_tools_that_ask_are_read_in_an_agent_and_in_a_tool_node() -> None:
    builder = StateGraph(MessagesState)
    builder.add_node("act", ToolNode([refund, transfer, transfer_later]))
    builder.add_edge(START, "act")

    assert found_in(builder.compile()) == marks(transfer.func, transfer_later.coroutine)
    assert {found.node for found in hitl.check(agent(transfer)).problems} == {"tools › transfer"}
    assert {found.node for found in hitl.check(builder.compile()).problems} == {"act › transfer"}


def test_a_tool_that_a_node_runs_is_followed() -> None:
    def node(state):
        return {"log": [transfer.invoke({"amount": 1})]}

    assert found_in_node(node) == marks(transfer.func)


def test_nested_graphs_are_read_with_their_path() -> None:
    inner = chain(Log, {"ask": pays})
    outer = chain(Log, {"sub": chain(Log, {"inner": inner})})

    def calls_it(state):
        print("calling")  # -> runs-again info
        return inner.invoke(state)

    assert found_in(outer) == marks(pays)
    assert {found.node for found in hitl.check(outer).problems} == {"sub › inner › ask"}
    assert found_in_node(calls_it) == marks(pays, calls_it)
    assert {found.node for found in hitl.check(chain(Log, {"call": calls_it}))} == {"call › ask", "call", ""}


def test_a_question_in_a_conditional_edge_is_found() -> None:
    def route(state):
        return interrupt("Where to?")  # -> interrupt-in-edge warning

    def route_by_state(state):
        return END

    builder = StateGraph(Log)
    builder.add_node("work", lambda state: {})
    builder.add_edge(START, "work")
    builder.add_conditional_edges("work", route, [END])
    builder.add_conditional_edges("work", route_by_state, [END])

    assert found_in(builder.compile()) == marks(route)
    (finding,) = hitl.check(builder.compile()).problems
    assert finding.node == "work"
    assert "'work', which it leaves, runs again" in finding.wrong


def test_lambdas_and_sequences_are_read() -> None:
    graph = chain(
        Log,
        {
            "parallel": RunnableParallel(log=lambda state: [print("side by side")]) | (lambda state: {}),
            "one": lambda state: {"log": [print("one"), interrupt("?")]},  # -> runs-again info
            "sequence": RunnableLambda(lambda state: state) | RunnableLambda(pays),
        },
    )

    assert found_in(graph) == marks(test_lambdas_and_sequences_are_read) | marks(pays)


def run_cell(code: str, name: str, namespace: dict[str, Any], tree: ast.Module | None = None) -> None:
    """Run code as a notebook does: linecache knows it."""
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    exec(compile(tree or code, name, "exec", dont_inherit=True), namespace)


CELL = """
from langgraph.types import interrupt

def ask(state):
    print("asking")
    return {"log": [interrupt("?")]}
"""


def test_functions_of_cells_are_read_and_shown_by_the_name_of_the_cell(monkeypatch) -> None:
    namespace: dict[str, Any] = {}
    run_cell(CELL, "/tmp/ipykernel_1/123.py", namespace)
    graph = chain(Log, {"ask": namespace["ask"]}, checkpointer=InMemorySaver())

    (unnamed,) = hitl.check(graph)
    assert (unnamed.file, unnamed.line) == ("ask", 2)

    monkeypatch.setattr(sources, "cell_name", lambda name: "Cell In[3]" if "123" in name else None)
    (named,) = hitl.check(graph)
    assert named.where == "Cell In[3]:5"


class Touchy:
    """A node that minds being looked at."""

    @property
    def client(self) -> Any:
        raise AssertionError("the property was run")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # LangGraph and inspect look at these
            raise AttributeError(name)
        raise AssertionError(f"{name} was looked up")

    def __call__(self, state):
        self.client.post("x")
        self.other.post("x")
        return {"log": [interrupt("?")]}


def test_nothing_of_a_node_is_run_to_read_it() -> None:
    assert found_in_node(Touchy()) == set()


# ---------------------------------------------------------------- what cannot be read


def test_what_has_no_source_is_listed_and_the_rest_is_read() -> None:
    namespace: dict[str, Any] = {}
    exec("def typed(state): return {}", namespace)
    graph = chain(Log, {"c": str.upper, "typed": namespace["typed"], "dump": json.dumps, "pays": pays})

    findings = hitl.check(graph)

    assert [found.node for found in findings.problems] == ["pays"]
    assert {one.node for one in findings.not_read} == {"c", "typed", "dump"}
    assert "Not read:\n    c: str.upper is not written in Python" in str(findings)


def test_a_file_that_was_changed_since_is_not_misread(tmp_path: Path) -> None:
    file = tmp_path / "nodes.py"
    file.write_text(CELL)
    namespace: dict[str, Any] = {}
    exec(compile(CELL, str(file), "exec"), namespace)
    file.write_text(f"# moved\n{CELL}")

    findings = hitl.check(chain(Log, {"ask": namespace["ask"]}))

    assert (len(findings), [one.node for one in findings.not_read]) == (0, ["ask"])


def test_a_graph_and_functions_that_run_themselves_are_read_once() -> None:
    def again(state, depth=0):
        print("again")  # -> runs-again info
        interrupt("?")
        return again(state, depth + 1)

    def itself(state):
        return itself_graph.invoke(state)

    itself_graph = chain(Log, {"itself": itself})

    assert found_in_node(again) == marks(again)
    assert list(hitl.check(itself_graph)) == []


@pytest.mark.parametrize("module", [argparse, ast, asyncio, inspect, shutil, subprocess, tempfile, hitl.session])
def test_whatever_python_there_is_is_gone_through(module: ModuleType) -> None:
    functions = [one for one in vars(module).values() if isinstance(one, FunctionType)]
    methods = [
        one
        for cls in vars(module).values()
        if isinstance(cls, type)
        for one in vars(cls).values()
        if isinstance(one, FunctionType)
    ]
    read = 0
    for function in [*functions, *methods]:
        source = source_of(function)
        if source is not None:
            read += 1
            Walk(Calls(lambda graph: False, lambda task: False)).function(source, {})
    assert read > len(functions) / 2


@pytest.mark.parametrize("wrong", [None, 5, print, StateGraph(Log)])
def test_what_is_no_compiled_graph_is_refused_with_the_way_out(wrong) -> None:
    with pytest.raises(TypeError, match=r"hitl\.check takes a compiled LangGraph graph"):
        hitl.check(wrong)
    with pytest.raises(TypeError, match=r"Did you forget `\.compile\(\)`\?"):
        hitl.check(StateGraph(TypedDict("State", {"a": int})))


class Elsewhere:
    """A graph that runs on a server, as a RemoteGraph: it has no nodes here."""

    def stream(self) -> None: ...

    def get_state(self) -> None: ...


def test_a_graph_that_runs_elsewhere_is_not_read() -> None:
    findings = hitl.check(Elsewhere())

    assert list(findings) == []
    assert [one.node for one in findings.not_read] == [""]
    assert "the graph: " in str(findings)
