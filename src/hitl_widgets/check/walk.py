"""A node's source from its top, in the order in which it runs: what is done on the way to each place that asks.

Both sides of a branch are gone through, a loop twice (what its first round did is done before the second), and what is
called of the author's own functions is followed. Where two ways meet, both may have happened.
"""

from __future__ import annotations

import ast
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from .asks import Ask, Condition, Guard
from .calls import Calls
from .effects import Effect, effect_of_assignment
from .scope import Scope
from .sources import Source
from .values import Value, names_of

Done = frozenset[Effect] | None
"""What may have been done when a place is reached; `None`: it is not reached."""

_NOTHING: frozenset[Effect] = frozenset()
_DEEPEST = 6
"""How many functions deep a node is followed."""
_MOST_STEPS = 50_000
"""How many statements and calls are gone through; nothing that people write by hand comes near."""


class TooLargeError(Exception):
    """A node calls so much that following it would take too long."""


@dataclass
class _Loop:
    """Where a loop's `break` and `continue` leave it."""

    broken: Done = None
    continued: Done = None


@dataclass
class _Frame:
    """A function that is being gone through."""

    scope: Scope
    returned: Done = None
    loops: list[_Loop] = field(default_factory=list[_Loop])


class Walk:
    """One way through a node's source, from its top.

    Attributes:
        asks: the places that ask, in the order in which they were reached.
    """

    def __init__(self, calls: Calls) -> None:
        self.asks: list[Ask] = []
        self._calls = calls
        self._by_place: dict[tuple[int, ...], Ask] = {}
        self._frames: list[_Frame] = []
        self._called: list[ast.AST] = []
        self._guards: tuple[Guard, ...] = ()
        self._conditions: tuple[Condition, ...] = ()
        self._on_the_way_out: tuple[Effect, ...] = ()
        self._silent = False
        self._steps = 0

    def function(self, source: Source, given: Mapping[str, Value]) -> list[Ask]:
        """Go through a node's function; `given` is what its arguments are known to be."""
        self.body(Scope(source, given), _NOTHING)
        return self.asks

    def body(self, scope: Scope, done: Done) -> Done:
        """Go through a function, of a node or called by one; what is done when it returns."""
        tree = scope.source.tree
        frame = _Frame(scope)
        self._frames.append(frame)
        ended = self._value(tree.body, done) if isinstance(tree, ast.Lambda) else self._block(tree.body, done)
        self._frames.pop()
        return _either(ended, frame.returned)

    @property
    def _frame(self) -> _Frame:
        return self._frames[-1]

    @property
    def _scope(self) -> Scope:
        return self._frame.scope

    # ------------------------------------------------------------ statements

    def _block(self, statements: Sequence[ast.stmt], done: Done) -> Done:
        for statement in statements:
            done = self._statement(statement, done)
        return done

    def _statement(self, statement: ast.stmt, done: Done) -> Done:
        if done is None:
            return None
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise TooLargeError
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return done  # run when it is called
            case ast.If(test=test):
                done = self._value(test, done)
                with self._under(test, loop=False):
                    return _either(self._block(statement.body, done), self._block(statement.orelse, done))
            case ast.While(test=test):
                return self._loop(statement, test, done, ends=not (isinstance(test, ast.Constant) and bool(test.value)))
            case ast.For(iter=through) | ast.AsyncFor(iter=through):
                return self._loop(statement, through, self._value(through, done), ends=True)
            case ast.Try() | ast.TryStar():
                return self._try(statement, done)
            case ast.With() | ast.AsyncWith():
                return self._with(statement, done)
            case ast.Match():
                return self._match(statement, done)
            case ast.Return():
                self._frame.returned = _either(self._frame.returned, self._value(statement.value, done))
                return None
            case ast.Raise():
                self._children(statement, done)
                return None
            case ast.Break():
                self._frame.loops[-1].broken = _either(self._frame.loops[-1].broken, done)
                return None
            case ast.Continue():
                self._frame.loops[-1].continued = _either(self._frame.loops[-1].continued, done)
                return None
            case ast.AugAssign():
                done = self._children(statement, done)
                return _with(done, effect_of_assignment(statement, self._scope))
            case _:
                return self._children(statement, done)

    def _loop(self, statement: ast.While | ast.For | ast.AsyncFor, head: ast.expr, done: Done, *, ends: bool) -> Done:
        loop = _Loop()
        for _ in range(2):
            self._frame.loops.append(loop)
            with self._under(head, loop=True):
                begun = self._value(head, done) if isinstance(statement, ast.While) else done
                ended = self._block(statement.body, begun)
            self._frame.loops.pop()
            done = _either(_either(done, ended), loop.continued)
        finished = self._block(statement.orelse, done) if ends else None
        return _either(finished, loop.broken)

    def _try(self, statement: ast.Try | ast.TryStar, done: Done) -> Done:
        with self._leaving_through(statement.finalbody):
            raised = ended = done
            with self._guarded_by(statement):
                for inner in statement.body:
                    # The last call is taken to be the one that raises, so what it does is not done.
                    raised = ended if ended is not None and _can_raise(inner) else raised
                    ended = self._statement(inner, ended)
            ended = self._block(statement.orelse, ended)
            for handler in statement.handlers:
                ended = _either(ended, self._block(handler.body, raised))
        if not statement.finalbody:
            return ended
        finished = self._block(statement.finalbody, _either(ended, raised))
        return finished if ended is not None else None

    def _with(self, statement: ast.With | ast.AsyncWith, done: Done) -> Done:
        guards = self._guards
        suppressed = False
        for item in statement.items:
            done = self._value(item.context_expr, done)
            context = item.context_expr
            if isinstance(context, ast.Call) and "contextlib.suppress" in names_of(self._scope.value(context.func)):
                self._guards = (*self._guards, Guard(context, self._scope))
                suppressed = True
        ended = self._block(statement.body, done)
        self._guards = guards
        return _either(ended, done) if suppressed else ended

    def _match(self, statement: ast.Match, done: Done) -> Done:
        done = self._value(statement.subject, done)
        ended = done
        with self._under(statement.subject, loop=False):
            for case in statement.cases:
                ended = _either(ended, self._block(case.body, self._value(case.guard, done)))
        return ended

    # ------------------------------------------------------------ expressions

    def _value(self, node: ast.AST | None, done: Done) -> Done:
        if node is None or done is None:
            return done
        match node:
            case ast.Lambda():
                return done  # run when it is called
            case ast.Call():
                return self._call(node, done)
            case ast.Await(value=ast.Call() as call):
                return self._call(call, done, waited_for=True)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                done = self._value(test, done)
                with self._under(test, loop=False):
                    return _either(self._value(body, done), self._value(orelse, done))
            case ast.BoolOp(op=op, values=[head, *rest]):
                done = self._value(head, done)
                for place, value in enumerate(rest, 1):
                    with self._under(ast.copy_location(ast.BoolOp(op, node.values[:place]), node), loop=False):
                        done = _either(done, self._value(value, done))
                return done
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node, done)
            case _:
                return self._children(node, done)

    def _children(self, node: ast.AST, done: Done) -> Done:
        for child in ast.iter_child_nodes(node):
            done = self._value(child, done)
        return done

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, done: Done) -> Done:
        conditions = self._conditions
        parts: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for generator in node.generators:
            done = self._value(generator.iter, done)
            self._conditions = (*self._conditions, Condition(generator.iter, self._scope, loop=True))
        inner = [*(test for generator in node.generators for test in generator.ifs), *parts]
        for _ in range(2):
            for part in inner:
                done = _either(done, self._value(part, done))
        self._conditions = conditions
        return done

    def _call(self, call: ast.Call, done: Done, *, waited_for: bool = False) -> Done:
        done = self._children(call, done)
        if done is None:
            return None
        self._steps += 1
        what = self._calls.what(call, self._scope, waited_for=waited_for)
        if what.asks is not None:
            self._ask(
                Ask(call, self._scope, what.asks, self._guards if what.stops_here else (), self._conditions), done
            )
        if what.runs is not None and self._is_new(what.runs):
            self._called.append(call)
            ended = self.body(what.runs, done)
            self._called.pop()
            return ended
        return _with(done, what.effect)

    def _is_new(self, scope: Scope) -> bool:
        open_now = [frame.scope.source.tree for frame in self._frames]
        return len(open_now) <= _DEEPEST and scope.source.tree not in open_now

    def _ask(self, ask: Ask, done: frozenset[Effect]) -> None:
        if self._silent:
            return
        place = (*(id(call) for call in self._called), id(ask.call))
        if place not in self._by_place:
            self._by_place[place] = ask
            self.asks.append(ask)
        self._by_place[place].before.update(done, self._on_the_way_out)

    # ------------------------------------------------------------ what is around

    @contextmanager
    def _under(self, head: ast.expr, *, loop: bool) -> Generator[None]:
        around = self._conditions
        self._conditions = (*around, Condition(head, self._scope, loop))
        yield
        self._conditions = around

    @contextmanager
    def _guarded_by(self, statement: ast.Try | ast.TryStar) -> Generator[None]:
        around = self._guards
        self._guards = (*around, Guard(statement, self._scope))
        yield
        self._guards = around

    @contextmanager
    def _leaving_through(self, finalbody: Sequence[ast.stmt]) -> Generator[None]:
        """An interrupt leaves through the `finally` around it, so what that does is done before the answer too."""
        around, silent = self._on_the_way_out, self._silent
        self._silent = True
        left = self._block(finalbody, _NOTHING)
        self._silent = silent
        self._on_the_way_out = (*around, *(left or ()))
        yield
        self._on_the_way_out = around


def _either(one: Done, other: Done) -> Done:
    if one is None or other is None:
        return one if other is None else other
    return one | other


def _with(done: Done, effect: Effect | None) -> Done:
    return done if done is None or effect is None else done | {effect}


def _can_raise(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Call | ast.Await) for node in ast.walk(statement))
