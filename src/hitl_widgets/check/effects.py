"""What changes the world outside of a node, so that it matters how often it runs."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .findings import Level
from .scope import Scope
from .values import Known, State, names_of

LEAVE_IT = "Move it below the interrupt, or leave it if repeating it does no harm."
MOVE_IT = (
    "Move it below the interrupt, or into a node of its own before this one, or into a @task, whose result is saved."
)
RETURN_IT = "Return the change from the node, where it is made once and saved."


@dataclass(frozen=True)
class Effect:
    """Something done to the outside.

    Attributes:
        file, line: where.
        code: what is called, as it is written.
        does: what it does, in words.
        level: how bad it is to do it again.
        mend: how to mend that.
    """

    file: str
    line: int
    code: str
    does: str
    level: Level
    mend: str


@dataclass(frozen=True)
class _Row:
    """Functions by their dotted names: of one of the packages, on one of the owners, with one of the names."""

    packages: str
    owners: str
    """Classes or modules, the part before the last; `""` for any."""
    names: str
    does: str
    level: Level
    only_if: Callable[[ast.Call], bool] = lambda _: True
    mend: str = MOVE_IT

    def matches(self, name: str, call: ast.Call) -> bool:
        package, _, _ = name.partition(".")
        owner, _, last = name.rpartition(".")
        owner = owner.rpartition(".")[2]
        if package not in self.packages.split() or last not in self.names.split():
            return False
        return (not self.owners or owner == package or owner in self.owners.split()) and self.only_if(call)


def _is_sql_that_writes(call: ast.Call) -> bool:
    sql = call.args[0] if call.args else None
    if isinstance(sql, ast.Call) and sql.args:  # sqlalchemy.text("...")
        sql = sql.args[0]
    if isinstance(sql, ast.JoinedStr) and sql.values:
        sql = sql.values[0]
    if not isinstance(sql, ast.Constant) or not isinstance(sql.value, str):
        return False
    # `CREATE TABLE IF NOT EXISTS` and the like can run as often as they want.
    return sql.value.strip().partition(" ")[0].upper() in {"INSERT", "UPDATE", "DELETE", "MERGE"}


def _mode(call: ast.Call, position: int) -> str:
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "mode"), None)
    given = call.args[position] if given is None and len(call.args) > position else given
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else "r"


def _opens_to(letters: str, position: int) -> Callable[[ast.Call], bool]:
    return lambda call: not set(letters).isdisjoint(_mode(call, position))


def _has_arguments(call: ast.Call) -> bool:
    return bool(call.args or call.keywords)


_HTTP = "requests httpx aiohttp urllib3"
_HTTP_OWNERS = "api _api sessions Session Client AsyncClient ClientSession PoolManager"
_PATHS = "Path PosixPath WindowsPath"
_DATABASES = "sqlite3 aiosqlite psycopg psycopg2 asyncpg pymysql MySQLdb duckdb oracledb sqlalchemy sqlmodel"

EFFECTS: tuple[_Row, ...] = (
    _Row("builtins rich", "Console", "print", "prints", "info", mend=LEAVE_IT),
    _Row("logging", "", "debug info warning error exception critical log", "logs", "info", mend=LEAVE_IT),
    _Row("loguru", "", "trace debug info success warning error exception critical log", "logs", "info", mend=LEAVE_IT),
    _Row("builtins", "", "open", "appends to a file", "error", _opens_to("a", 1)),
    _Row("builtins", "", "open", "writes a file", "warning", _opens_to("wx+", 1)),
    _Row("pathlib", _PATHS, "open", "appends to a file", "error", _opens_to("a", 0)),
    _Row("pathlib", _PATHS, "open", "writes a file", "warning", _opens_to("wx+", 0)),
    _Row("pathlib", _PATHS, "write_text write_bytes", "writes a file", "warning"),
    _Row("pathlib", _PATHS, "unlink rename replace rmdir", "changes files", "warning"),
    _Row("os", "", "remove unlink rmdir removedirs rename renames replace", "changes files", "warning"),
    _Row("shutil", "", "copy copy2 copyfile copytree move rmtree", "changes files", "warning"),
    _Row(
        "pandas", "DataFrame Series", "to_csv to_json to_parquet to_excel", "writes a file", "warning", _has_arguments
    ),
    _Row("pandas", "DataFrame Series", "to_sql", "writes to a database", "error"),
    _Row(_HTTP, _HTTP_OWNERS, "post put patch delete", "sends a request", "error"),
    _Row(_HTTP, _HTTP_OWNERS, "get head options request", "makes a request", "warning"),
    _Row("urllib", "request", "urlopen urlretrieve", "makes a request", "warning"),
    _Row("smtplib", "SMTP SMTP_SSL LMTP", "sendmail send_message", "sends a mail", "error"),
    _Row("slack_sdk", "WebClient AsyncWebClient", "chat_postMessage", "sends a message", "error"),
    _Row("socket", "socket", "send sendall sendto", "sends data", "error"),
    _Row("subprocess", "", "run call check_call check_output Popen", "starts a process", "warning"),
    _Row("asyncio", "subprocess", "create_subprocess_exec create_subprocess_shell", "starts a process", "warning"),
    _Row("os", "", "system popen", "starts a process", "warning"),
    _Row(_DATABASES, "", "commit", "commits to a database", "error"),
    _Row(_DATABASES, "", "execute executemany", "writes to a database", "error", _is_sql_that_writes),
    _Row("redis", "Redis StrictRedis", "incr decr lpush rpush publish xadd", "writes to Redis", "error"),
    _Row("pymongo", "Collection", "insert_one insert_many update_one update_many", "writes to a database", "error"),
)

_CHANGES = frozenset({"append", "appendleft", "extend", "insert", "update"})
_CHANGEABLE = (list, dict, deque)


def effect_of_call(call: ast.Call, scope: Scope) -> Effect | None:
    """What a call does to the outside, if that is known."""
    names = names_of(scope.value(call.func))
    for row in EFFECTS:
        if any(row.matches(name, call) for name in names):
            return _effect(call, scope, f"{ast.unparse(call.func)}(…)", row.does, row.level, row.mend)
    if isinstance(call.func, ast.Attribute) and call.func.attr in _CHANGES:
        return _change(call, call.func.value, scope)
    return None


def effect_of_assignment(statement: ast.AugAssign, scope: Scope) -> Effect | None:
    """`count += 1` for a variable outside of the function, or for an item of a list or dict there."""
    match statement.target:
        case ast.Name(id=name) if scope.is_shared(name):
            return _effect(
                statement, scope, ast.unparse(statement), "changes a variable outside of the node", "warning"
            )
        case ast.Subscript(value=owner):
            held = scope.value(owner)
            if isinstance(held, Known) and isinstance(held.object, _CHANGEABLE):
                return _effect(statement, scope, ast.unparse(statement), _does_to(held.object), "warning")
            return None
        case _:
            return None


def _change(call: ast.Call, owner: ast.expr, scope: Scope) -> Effect | None:
    code = f"{ast.unparse(call.func)}(…)"
    match scope.value(owner):
        case State():
            # LangGraph gives the node a fresh copy of the state each time (1.2.22), so it does not pile up.
            return _effect(
                call, scope, code, "changes the state in place, which LangGraph doesn't save,", "info", RETURN_IT
            )
        case Known(held) if isinstance(held, _CHANGEABLE):
            level: Level = "info" if isinstance(held, dict) else "warning"
            return _effect(call, scope, code, _does_to(held), level)
        case _:
            return None


def _does_to(held: Any) -> str:
    return f"changes a {type(held).__name__} outside of the node"


def _effect(node: ast.AST, scope: Scope, code: str, does: str, level: Level, mend: str = MOVE_IT) -> Effect:
    return Effect(scope.source.file, scope.source.line(node), code, does, level, mend)


def first(effects: Iterable[Effect]) -> list[Effect]:
    """Effects in the order in which they are written."""
    return sorted(effects, key=lambda effect: (effect.file, effect.line))
