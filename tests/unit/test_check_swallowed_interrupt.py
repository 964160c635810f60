"""An `except` around a question must let the interrupt through."""

from __future__ import annotations

import contextlib
import functools
from contextlib import suppress as ignoring
from typing import Any

import langgraph.types as lg
import pytest
from langgraph.errors import GraphBubbleUp, GraphInterrupt
from langgraph.types import interrupt, interrupt as ask_human

import hitl_widgets as hitl

from .checked import found_in, found_in_node, marks
from .graphs import Log, chain

EXPECTED = (KeyError, ValueError)
ANY = (ValueError, Exception)


def bare(state):
    try:
        answer = interrupt("?")
    except:  # -> swallowed-interrupt error
        answer = None
    return {"log": [answer]}


def broad(state):
    try:
        return {"log": [ask_human("?")]}
    except Exception as error:  # -> swallowed-interrupt error
        return {"log": [str(error)]}


def through_a_module(state):
    try:
        return {"log": [lg.interrupt("?")]}
    except (KeyError, BaseException):  # -> swallowed-interrupt error
        return {}


def imported_inside(state):
    from langgraph.types import interrupt as stop

    try:
        return {"log": [stop("?")]}
    except GraphInterrupt:  # -> swallowed-interrupt error
        return {}


def ours(state):
    try:
        return {"log": [hitl.ask("?")]}
    except GraphBubbleUp:  # -> swallowed-interrupt error
        return {}


def named_elsewhere(state):
    try:
        return {"log": [interrupt("?")]}
    except ANY:  # -> swallowed-interrupt error
        return {}


def another_error(state):
    try:
        return {"log": [interrupt("?")]}
    except Exception as error:  # -> swallowed-interrupt error
        raise RuntimeError("it failed") from error


def suppressed(state):
    with contextlib.suppress(Exception):  # -> swallowed-interrupt error
        return {"log": [interrupt("?")]}


def suppressed_by_another_name(state):
    with ignoring(KeyError, GraphInterrupt):  # -> swallowed-interrupt error
        return {"log": [interrupt("?")]}


def returned_in_finally(state):
    try:
        interrupt("?")
    finally:
        return {}  # -> swallowed-interrupt error


def the_outer_one(state):
    try:
        try:
            interrupt("?")
        except Exception:
            raise
    except Exception:  # -> swallowed-interrupt error
        return {}


def ask_safely(question):
    return interrupt(question)


def in_a_function_that_it_calls(state):
    try:
        return {"log": [ask_safely("?")]}
    except Exception:  # -> swallowed-interrupt error
        return {}


def in_a_function_of_its_own(state):
    def confirmed():
        return interrupt("?")

    try:
        return {"log": [confirmed()]}
    except Exception:  # -> swallowed-interrupt error
        return {}


async def asynchronous(state):
    try:
        return {"log": [interrupt("?")]}
    except Exception:  # -> swallowed-interrupt error
        return {}


@pytest.mark.parametrize(
    "node",
    [
        bare,
        broad,
        through_a_module,
        imported_inside,
        ours,
        named_elsewhere,
        another_error,
        suppressed,
        suppressed_by_another_name,
        returned_in_finally,
        the_outer_one,
        in_a_function_that_it_calls,
        in_a_function_of_its_own,
        asynchronous,
    ],
)
def test_an_interrupt_that_is_swallowed_is_found(node) -> None:
    assert len(marks(node)) == 1
    assert found_in_node(node) == marks(node)


def narrow(state):
    try:
        return {"log": [interrupt("?")]}
    except (KeyError, ValueError):
        return {}


def narrow_by_name(state):
    try:
        return {"log": [interrupt("?")]}
    except EXPECTED:
        return {}


def raised_again(state):
    try:
        return {"log": [interrupt("?")]}
    except Exception:
        raise


def raised_again_by_name(state):
    try:
        return {"log": [interrupt("?")]}
    except Exception as error:
        if isinstance(error, GraphInterrupt):
            raise error
        return {}


def let_through_first(state):
    try:
        return {"log": [interrupt("?")]}
    except GraphInterrupt:
        raise
    except Exception:
        return {}


def outside_of_the_try(state):
    answer = interrupt("?")
    try:
        return {"log": [int(answer)]}
    except Exception:
        return {}


def in_the_handler(state):
    try:
        return {"log": [int(state["amount"])]}
    except Exception:
        return {"log": [interrupt("How much?")]}


def in_the_else(state):
    try:
        amount = int(state["amount"])
    except Exception:
        return {}
    else:
        return {"log": [amount, interrupt("?")]}


def cleaned_up(state):
    try:
        return {"log": [interrupt("?")]}
    finally:
        state.clear()


def another_interrupt(state):
    def interrupt(question):
        raise ValueError(question)

    try:
        interrupt("not LangGraph's")
    except Exception:
        pass
    return {"log": [ask_human("?")]}


@pytest.mark.parametrize(
    "node",
    [
        narrow,
        narrow_by_name,
        raised_again,
        raised_again_by_name,
        let_through_first,
        outside_of_the_try,
        in_the_handler,
        in_the_else,
        cleaned_up,
        another_interrupt,
    ],
)
def test_a_try_that_lets_the_interrupt_through_is_fine(node) -> None:
    assert found_in_node(node) == set()


def safely(function):
    @functools.wraps(function)
    def wrapper(state):
        try:
            return function(state)
        except Exception:  # -> swallowed-interrupt error
            return {}

    return wrapper


def plain(state):
    return {"log": [interrupt("?")]}


def test_a_decorator_that_swallows_it_is_found() -> None:
    assert found_in_node(safely(plain)) == marks(safely)


class Desk:
    def __init__(self, question: str) -> None:
        self.question = question

    def ask(self) -> Any:
        return interrupt(self.question)

    def node(self, state):
        try:
            return {"log": [self.ask()]}
        except Exception:  # -> swallowed-interrupt error
            return {}

    def __call__(self, state):
        return {"log": [self.ask()]}


def test_methods_and_callable_objects_are_read() -> None:
    assert found_in_node(Desk("?").node) == marks(Desk.node)
    assert found_in_node(Desk("?")) == set()
    assert found_in_node(functools.partial(broad)) == marks(broad)


def test_a_nested_graph_that_asks_raises_through_the_node_that_runs_it() -> None:
    inner = chain(Log, {"ask": plain})
    silent = chain(Log, {"work": lambda state: {}})

    def runs_it(state):
        silent.invoke(state)
        try:
            return inner.invoke(state)
        except Exception:  # -> swallowed-interrupt error
            return {}

    def runs_the_silent_one(state):
        try:
            return silent.invoke(state)
        except Exception:
            return {"log": [interrupt("?")]}

    assert found_in(chain(Log, {"node": runs_it})) == marks(runs_it)
    assert found_in_node(runs_the_silent_one) == set()
