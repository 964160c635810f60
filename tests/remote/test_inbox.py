"""The inbox of a server's threads."""

from __future__ import annotations

import uuid

import pytest

import hitl_widgets as hitl
from hitl_widgets.inbox.news import News

from .server import Server
from .watching import rested


def test_the_servers_waiting_threads_of_the_graph_are_listed_and_answered_together(server: Server) -> None:
    graph = server.graph("stops_before_two")
    before = len(hitl.inbox(graph))
    mine = [rested(hitl.run(graph, {"log": []}, thread_id=str(uuid.uuid4()))).thread_id for _ in range(3)]
    other = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}))
    inbox = hitl.inbox(graph)
    assert len(inbox) == before + 3
    assert [thread.thread_id for thread in inbox[:3]] == mine[::-1]
    assert other.thread_id not in [thread.thread_id for thread in inbox]
    assert inbox.others >= 1
    assert {thread.kinds for thread in inbox[:3]} == {("breakpoint",)}
    outcomes = inbox.answer(True, threads=mine)
    assert [one.text for one in outcomes] == ["answered, finished"] * 3
    assert len(inbox) == before


def test_a_servers_thread_is_opened_found_and_refused_once_it_was_answered(server: Server) -> None:
    graph = server.graph("three_questions")
    first, second = (rested(hitl.run(graph, {"request": "refund"})) for _ in range(2))
    inbox = hitl.inbox(graph)
    thread = next(one for one in inbox if one.thread_id == first.thread_id)
    assert (thread.questions, thread.nodes) == (("Do you approve it?",), ("ask_approval",))
    assert [one.thread_id for one in inbox.filter(first.thread_id)] == [first.thread_id]
    second.answer(True)
    rested(second)
    outcomes = inbox.answer(False, threads=[first.thread_id, second.thread_id])
    assert [one.status for one in outcomes] == ["answered", "refused"]
    assert isinstance(outcomes[1].error, hitl.StaleAnswerError)
    session = rested(inbox.open(first.thread_id))
    assert [one.key for one in session.requests] == ["address"]
    assert session.values["approved"] is False


def test_what_comes_and_goes_on_a_server_is_news(server: Server) -> None:
    graph = server.graph("stops_before_two")
    first = rested(hitl.run(graph, {"log": []}, thread_id=str(uuid.uuid4())))
    inbox = hitl.inbox(graph)
    assert len(inbox) > 0
    driver, listing = inbox._listing.driver, inbox._listing
    assert not driver.run(listing.look())
    second = rested(hitl.run(graph, {"log": []}, thread_id=str(uuid.uuid4())))
    assert driver.run(listing.look()) == News(fresh=1)
    first.answer(True)
    first.wait(60)
    assert driver.run(listing.look()) == News(fresh=1, gone=1)
    second.answer(True)
    second.wait(60)
    assert driver.run(listing.look()) == News(gone=1)


def test_a_server_that_cannot_be_reached_is_named() -> None:
    from langgraph.pregel.remote import RemoteGraph

    graph = RemoteGraph("agent", url="http://127.0.0.1:9")
    with pytest.raises(hitl.ServerError, match=r"127\.0\.0\.1:9"):
        len(hitl.inbox(graph))
    assert repr(hitl.inbox(graph)) == "<hitl.Inbox of agent>"
