"""What is read of a graph on a server and of its stream, without a server."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from langchain_core.messages import AIMessageChunk
from langgraph.graph import END, START, StateGraph
from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk import get_sync_client
from langgraph_sdk.errors import ConflictError, NotFoundError

import hitl_widgets as hitl
from hitl_widgets.controls.secrets import secret_keys
from hitl_widgets.driver.choose import served_thread_id
from hitl_widgets.driver.refusal import invalid_resume
from hitl_widgets.driver.server.errors import in_words, was_refused
from hitl_widgets.driver.server.events import RefusedError, Repeats, part_of
from hitl_widgets.driver.server.served_graph import ServedGraph
from hitl_widgets.driver.server.served_types import state_class
from hitl_widgets.fields import from_type
from hitl_widgets.thread.state_schema import annotated_keys

STATE: dict[str, Any] = {
    "type": "object",
    "$defs": {
        "Address": {"type": "object", "properties": {"city": {"$ref": "#/$defs/City"}}, "required": ["city"]},
        "City": {"type": "string", "minLength": 2},
        "Tree": {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}}},
    },
    "properties": {
        "to_address": {"$ref": "#/$defs/Address", "title": "To Address", "default": None},
        "nights": {"type": "integer", "title": "How long?", "default": 2},
        "token": {"type": "string", "format": "password"},
        "tree": {"$ref": "#/$defs/Tree"},
    },
}


def test_a_key_of_a_servers_state_has_a_type_that_holds_values_to_its_schema() -> None:
    keys = annotated_keys(state_class(STATE))
    address = from_type(keys["to_address"])
    assert address.schema == {
        "type": "object",
        "properties": {"city": {"type": "string", "minLength": 2}},
        "required": ["city"],
    }
    assert address.validate({"city": "Oslo"}) == {"city": "Oslo"}
    with pytest.raises(hitl.InvalidAnswerError):
        address.validate({"city": "O"})
    assert from_type(keys["nights"]).schema == {"type": "integer", "title": "How long?", "default": 2}


def test_a_secret_on_a_server_is_one_here() -> None:
    assert secret_keys(annotated_keys(state_class(STATE))) == {"token"}


def test_a_type_that_refers_to_itself_may_be_anything() -> None:
    assert annotated_keys(state_class(STATE))["tree"] is Any


def test_a_part_of_a_nested_graphs_stream_has_its_namespace() -> None:
    part = part_of("tasks|sub:1|inner:2", {"id": "3", "name": "ask", "triggers": []}, frozenset())
    assert part == {"type": "tasks", "ns": ("sub:1", "inner:2"), "data": {"id": "3", "name": "ask", "triggers": []}}
    assert part_of("metadata", {"run_id": "1"}, frozenset()) is None


def test_a_streamed_message_is_an_object_as_it_is_here() -> None:
    part = part_of(
        "messages", [{"type": "AIMessageChunk", "content": "hel", "id": "r"}, {"langgraph_node": "model"}], frozenset()
    )
    assert part is not None
    assert part["data"] == (AIMessageChunk("hel", id="r"), {"langgraph_node": "model"})


def test_only_what_a_task_says_of_an_answer_is_a_refusal() -> None:
    ended = {"id": "1", "name": "ask", "interrupts": []}
    refused = {"error": "ValidationError", "message": "1 validation error for int\n  Too small [type=x, input_value=1]"}
    part = part_of("tasks", {**ended, "error": refused}, frozenset({"1"}))
    assert part is not None
    error = part["data"]["error"]
    assert isinstance(error, RefusedError)
    assert invalid_resume(error) is error
    assert error.fields == {"": "Too small"}
    other = part_of("tasks", {**ended, "error": refused}, frozenset())
    assert other is not None
    assert other["data"]["error"].startswith("ValidationError: 1 validation error")
    failed = part_of("tasks", {**ended, "error": {"error": "ValueError", "message": "no"}}, frozenset({"1"}))
    assert failed is not None
    assert failed["data"]["error"] == "ValueError: no"


def test_an_event_that_is_replayed_is_taken_once() -> None:
    repeats = Repeats()
    events = [("1-0", "tasks", 1), ("2-0", "tasks", 1), ("2-0", "tasks", 2)]
    assert [repeats(*event) for event in events] == [False, False, False]
    assert [repeats(*event) for event in events] == [True, True, True]
    assert not repeats("3-0", "tasks", 1)
    # Two that are alike, at the same moment: which is which cannot be told, and none may be lost.
    assert [repeats("4-0", "custom", 1) for _ in range(2)] == [False, False]
    assert [repeats(None, "tasks", 1) for _ in range(2)] == [False, False]


def test_a_thread_has_the_same_id_whoever_names_it() -> None:
    assert served_thread_id("refund-42") == served_thread_id("refund-42") != served_thread_id("refund-43")
    assert served_thread_id("0B5A0B4F8C5B4A559D4C5A4C6A1F9F10") == "0b5a0b4f-8c5b-4a55-9d4c-5a4c6a1f9f10"


def test_it_is_certain_only_of_some_errors_that_nothing_was_accepted() -> None:
    request = httpx.Request("POST", "http://server:2024/threads/1/runs")
    conflict = ConflictError("busy", response=httpx.Response(409, request=request), body=None)
    assert was_refused(conflict)
    assert was_refused(httpx.ConnectError("refused", request=request))
    assert not was_refused(httpx.ReadTimeout("slow", request=request))
    assert not was_refused(httpx.HTTPStatusError("", request=request, response=httpx.Response(502, request=request)))
    assert in_words(conflict, None).status == 409
    away = in_words(httpx.ReadTimeout("slow", request=request), None)
    assert str(away).startswith("The server at http://server:2024 cannot be reached: slow.")
    missing = in_words(NotFoundError("no thread", response=httpx.Response(404, request=request), body=None), None)
    assert str(missing) == "The server at http://server:2024 says: no thread. (404)"


@pytest.mark.parametrize("for_all", [False, True])
def test_its_nodes_that_handle_the_errors_of_others_are_known_by_their_names(for_all: bool) -> None:
    builder = StateGraph(dict[str, Any])
    if for_all:
        builder.set_node_defaults(error_handler=lambda state: state)
    builder.add_node("pay", lambda state: state, error_handler=lambda state: state)
    builder.add_node("ship", lambda state: state)
    graph = builder.add_edge(START, "pay").add_edge("pay", "ship").add_edge("ship", END).compile()
    served = ServedGraph(RemoteGraph("g", sync_client=get_sync_client(url="http://127.0.0.1:9")))
    served._known["graph"] = graph.get_graph(xray=True)
    assert served.node_error_handler_map == graph.node_error_handler_map
