"""The functional API: a task that fails at first and has a retry policy, one without, and going on after the error.

From https://docs.langchain.com/oss/python/langgraph/use-functional-api#retry-policy (and #resuming-after-an-error)
"""

from __future__ import annotations

from typing import Any

from langgraph.func import entrypoint, task
from langgraph.types import RetryPolicy

from .example import Example, Retry


def build(checkpointer: Any) -> Any:
    calls = {"get_info": 0, "flaky": 0}

    @task(retry_policy=RetryPolicy(retry_on=ValueError, initial_interval=0.01, jitter=False))
    def get_info() -> str:
        calls["get_info"] += 1
        if calls["get_info"] < 2:
            raise ValueError("Failure")
        return "OK"

    @task
    def slow_task() -> str:
        return "Ran slow task."

    @task
    def flaky() -> str:
        calls["flaky"] += 1
        if calls["flaky"] < 2:
            raise ValueError("Network failure")
        return "fine"

    @entrypoint(checkpointer=checkpointer)
    def main(inputs: dict[str, Any]) -> str:
        slow = slow_task().result()
        return f"{slow} {get_info().result()} {flaky().result()}"

    return main


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-functional-api#resuming-after-an-error",
    build=build,
    input={"any_input": "foobar"},
    steps=[Retry()],
    ends_with="Ran slow task. OK fine",
)
