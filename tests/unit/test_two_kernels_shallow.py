"""Two kernels on one thread of which a PostgreSQL server keeps the latest checkpoint alone."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("psycopg")
from langgraph.checkpoint.postgres.shallow import ShallowPostgresSaver

import hitl_widgets as hitl

from . import graphs, test_two_kernels as in_a_file
from .processes import Process
from .test_session import at_rest
from .test_two_kernels_postgres import admin, first, folder, kernels, running, save, url

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
__all__ = ["admin", "first", "folder", "kernels", "running", "save", "url"]

# The same scenarios, with this module's `kind` of checkpointers.
test_a_kernel_goes_on_when_the_one_at_work_is_killed = in_a_file.test_a_kernel_goes_on_when_the_one_at_work_is_killed
test_a_thread_that_another_kernel_works_on_is_followed_and_its_node_runs_once = (
    in_a_file.test_a_thread_that_another_kernel_works_on_is_followed_and_its_node_runs_once
)
test_two_kernels_that_begin_the_same_threads_at_once_run_each_node_once = (
    in_a_file.test_two_kernels_that_begin_the_same_threads_at_once_run_each_node_once
)
test_who_answers_too_late_is_told_when_the_first_kernel_dies_at_its_work = (
    in_a_file.test_who_answers_too_late_is_told_when_the_first_kernel_dies_at_its_work
)

ASYNC = """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)
from langgraph.checkpoint.postgres.shallow import AsyncShallowPostgresSaver
def goes_on(does):
    async def main():
        async with AsyncShallowPostgresSaver.from_conn_string({url!r}) as saver:
            return await does(saver)
    return asyncio.run(main())
"""


@pytest.fixture
def kind() -> type[Any]:
    return ShallowPostgresSaver


def test_an_async_graph_is_followed_too(first: Process, url: str) -> None:
    in_a_file.is_followed(first, ASYNC.format(url=url))


def test_a_question_is_not_lost_when_the_step_before_it_is_saved(save: ShallowPostgresSaver) -> None:
    # With LangGraph's own durability the saver deletes it in most runs (langgraph-checkpoint-postgres 3.2.0).
    for name in range(20):
        graph = graphs.chain(graphs.Log, {"work": lambda state: {"log": ["worked"]}, "ask": graphs.asks("?")})
        session = at_rest(hitl.run(graph, {"log": []}, thread_id=str(name), save=save))
        assert [request.kind for request in session.requests] == ["interrupt"]
        session.answer("x")
        assert session.wait(60)["log"] == ["worked", "x"]
