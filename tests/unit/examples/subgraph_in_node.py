"""Graphs that nodes call in their own code, three levels deep: no key of their states is shared, and none is drawn.

From https://docs.langchain.com/oss/python/langgraph/use-subgraphs#invoke-a-graph-from-a-node
"""

from __future__ import annotations

from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

from .example import Answer, Example, Fork


class GrandChildState(TypedDict, total=False):
    grand_child_key: str


class ChildState(TypedDict, total=False):
    child_key: str


class ParentState(TypedDict, total=False):
    my_key: str


def build(checkpointer: Any) -> Any:
    grand_child = StateGraph(GrandChildState)
    grand_child.add_node(
        "grandchild_1", lambda state: {"grand_child_key": f"{state['grand_child_key']}, {interrupt('How are you?')}"}
    )
    grand_child.add_edge(START, "grandchild_1")
    grand_child.add_edge("grandchild_1", END)
    grand_child_graph = grand_child.compile()

    def child_1(state: ChildState) -> ChildState:
        found = grand_child_graph.invoke({"grand_child_key": state["child_key"]})
        return {"child_key": found["grand_child_key"] + " today?"}

    child = StateGraph(ChildState)
    child.add_node(child_1)
    child.add_edge(START, "child_1")
    child_graph = child.compile()

    def call_child(state: ParentState) -> ParentState:
        return {"my_key": child_graph.invoke({"child_key": state["my_key"]})["child_key"]}

    parent = StateGraph(ParentState)
    parent.add_node("parent_1", lambda state: {"my_key": f"hi {state['my_key']}"})
    parent.add_node("child", call_child)
    parent.add_node("parent_2", lambda state: {"my_key": f"{state['my_key']} bye!"})
    parent.add_edge(START, "parent_1")
    parent.add_edge("parent_1", "child")
    parent.add_edge("child", "parent_2")
    parent.add_edge("parent_2", END)
    return parent.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-subgraphs#invoke-a-graph-from-a-node",
    build=build,
    input={"my_key": "Bob"},
    steps=[Answer("fine")],
    forks=[Fork(0, Answer("tired"))],
    ends_with={"my_key": "hi Bob, fine today? bye!"},
)
