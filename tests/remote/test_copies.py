"""Forks of threads on a server whose making was cut off, or that may be made and not marked: what is said of which thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hitl_widgets as hitl
from hitl_widgets.driver.copies.half_made import COPYING

from .proxy import Fails, between, graph_of, reset_before, says_403
from .server import Server
from .watching import rested


def answered(graph: Any) -> hitl.Session:
    """A session that has finished: three questions, one after the other."""
    session = rested(hitl.run(graph, {"request": "refund"}))
    for answer in (True, "Main St", 100):
        session.answer(answer)
        rested(session)
    return session


def half_made_copy(server: Server) -> tuple[hitl.Session, str]:
    """A finished session, and a fork of it of which nothing came after the copy."""
    with between(server.url) as proxy, graph_of(proxy.url, "three_questions") as graph:
        session = answered(graph)
        proxy.plan = after_the_copy()
        rested(session.fork(session.decisions[1]))
        proxy.plan = lambda *_: None
    [name] = copies_of(server.graph("three_questions"), session.thread_id)
    return session, name


def after_the_copy() -> Callable[[str, str, int], Fails | None]:
    copied: list[str] = []

    def plan(_method: str, path: str, _at: int) -> Fails | None:
        if copied:
            return reset_before
        if path.endswith("/copy"):
            copied.append(path)
        return None

    return plan


def mark_of(graph: Any, thread: str) -> Any:
    return graph.sync_client.threads.get(thread)["metadata"].get(COPYING)


def copies_of(graph: Any, thread: str) -> set[str]:
    """The threads that still say that they are copies of it."""
    return {one["thread_id"] for one in graph.sync_client.threads.search(metadata={COPYING: thread})} - {thread}


def test_of_a_half_made_copy_that_is_forked_neither_is_taken_for_a_whole_one(server: Server) -> None:
    source, half = half_made_copy(server)
    with between(server.url) as proxy, graph_of(proxy.url, "three_questions") as graph:
        attached = rested(hitl.attach(graph, half))
        assert attached.status == "failed"
        proxy.plan = after_the_copy()
        rested(attached.fork(attached.history[1], update={"approved": False}))
    graph = server.graph("three_questions")
    assert mark_of(graph, half) == source.thread_id
    [other] = copies_of(graph, source.thread_id) - {half}
    for name in (half, other):
        assert "that is not finished" in str(rested(hitl.attach(graph, name)).error)


def test_a_mark_that_a_kernel_has_left_on_a_thread_that_it_copied_is_taken_away(server: Server) -> None:
    graph = server.graph("three_questions")
    session = answered(graph)
    threads = graph.sync_client.threads
    threads.update(session.thread_id, metadata={COPYING: session.thread_id})
    attached = rested(hitl.attach(graph, session.thread_id))
    assert attached.status == "finished"
    assert mark_of(graph, session.thread_id) is None
    # What another program makes of it is no half-made fork of ours.
    copy = threads.copy(session.thread_id)["thread_id"]
    assert rested(hitl.attach(graph, copy)).status == "finished"


def test_a_thread_that_may_not_be_changed_can_be_forked(server: Server) -> None:
    with between(server.url) as proxy, graph_of(proxy.url, "three_questions") as graph:
        session = answered(graph)
        proxy.plan = lambda method, path, _: (
            says_403 if method == "PATCH" and path == f"/threads/{session.thread_id}" else None
        )
        fork = rested(session.fork(session.decisions[1]))
        assert len(proxy.failed) == 2
        assert [request.key for request in fork.requests] == ["address"], fork.error
        assert mark_of(graph, fork.thread_id) is None
        edited = rested(session.fork(session.history[1], update={"approved": False}))
        assert edited.values["approved"] is False
        assert mark_of(graph, edited.thread_id) is None


def test_a_fork_that_is_cut_off_where_its_thread_may_not_be_changed_is_marked_after_the_copy(server: Server) -> None:
    with between(server.url) as proxy, graph_of(proxy.url, "three_questions") as graph:
        session = answered(graph)
        copied: list[str] = []

        def plan(method: str, path: str, _at: int) -> Fails | None:
            if method == "PATCH" and path == f"/threads/{session.thread_id}":
                return says_403
            if method == "PATCH":
                copied.append(path.rpartition("/")[2])
            elif copied:
                return reset_before
            return None

        proxy.plan = plan
        rested(session.fork(session.decisions[1]))
        proxy.plan = lambda *_: None
        assert copies_of(graph, session.thread_id) == set(copied)
        assert "that is not finished" in str(rested(hitl.attach(graph, copied[0])).error)
