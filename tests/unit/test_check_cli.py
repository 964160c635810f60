"""`hitl-widgets check module:graph` prints what is found, and its status says whether something is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hitl_widgets import cli

MODULE = """
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

def ask(state):
    try:
        return {"a": interrupt("?")}
    except Exception:
        return {}

def ask_well(state):
    return {"a": interrupt("?")}

builder = StateGraph(dict)
builder.add_node(ask)
builder.add_edge(START, "ask")
bad = builder.compile()

builder = StateGraph(dict)
builder.add_node(ask_well)
builder.add_edge(START, "ask_well")
good = builder.compile()
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "some_agent.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "some_agent", raising=False)
    return "some_agent"


def test_it_prints_the_findings_and_fails_if_something_goes_wrong(module, capsys) -> None:
    assert cli.main(["check", f"{module}:bad"]) == 1
    assert "swallowed-interrupt  some_agent.py:8  ask" in capsys.readouterr().out


def test_what_is_only_to_be_known_is_no_failure(module, capsys) -> None:
    assert cli.main(["check", f"{module}:good"]) == 0
    assert "no-checkpointer" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("{}", "some_agent is a module; write module:graph, as in some_agent:graph."),
        ("{}:nothing", "There is no 'nothing' in some_agent; write module:graph, as in some_agent:graph."),
        ("{}:builder", "some_agent:builder: hitl.check takes a compiled LangGraph graph, not StateGraph."),
        ("nowhere:graph", "There is no module 'nowhere' here; write module:graph, as in my_agent:graph."),
        ("no.where:graph", "There is no module 'no.where' here; write module:graph"),
        ("", "There is no module '' here; write module:graph"),
    ],
)
def test_what_is_no_graph_is_refused_in_words(module, name, said, capsys) -> None:
    assert cli.main(["check", name.format(module)]) == 2
    assert said in capsys.readouterr().err
