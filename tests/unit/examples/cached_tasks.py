"""The functional API: a task whose result is cached is not called for the same input again.

From https://docs.langchain.com/oss/python/langgraph/use-functional-api#caching-tasks
"""

from __future__ import annotations

from typing import Any

from langgraph.cache.memory import InMemoryCache
from langgraph.func import entrypoint, task
from langgraph.types import CachePolicy

from .example import Example


def build(checkpointer: Any) -> Any:
    @task(cache_policy=CachePolicy(ttl=120))
    def slow_add(x: int) -> int:
        return x * 2

    @entrypoint(cache=InMemoryCache(), checkpointer=checkpointer)
    def main(inputs: dict[str, int]) -> dict[str, int]:
        return {"result1": slow_add(inputs["x"]).result(), "result2": slow_add(inputs["x"]).result()}

    return main


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-functional-api#caching-tasks",
    build=build,
    input={"x": 5},
    ends_with={"result1": 10, "result2": 10},
)
