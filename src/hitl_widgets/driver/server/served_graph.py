"""A graph that runs on a server, as the rest of the package reads graphs: its nodes, its nested graphs, its types.

A `RemoteGraph` knows none of them (langgraph 1.2.24); its server is asked once, when somebody wants to know. What
cannot be had is empty, since no run must fail because of its picture or its forms.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast
from uuid import UUID

import httpx
from langgraph.channels import LastValue
from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk.client import SyncLangGraphClient

from .errors import in_words
from .served_types import state_class

_ENDS = {"__end__"}
"""What is drawn and is no node."""
_HANDLER = "__error_handler__"
"""What the name of a node begins with that takes over from the one whose name follows."""
_DEFAULT_HANDLER = "__default_error_handler__"
"""The node that takes over from all that have none of their own."""


@dataclass(frozen=True)
class ServedNode:
    """A node, of which only is known which graphs are nested in it.

    Attributes:
        subgraphs: those.
        ends: where its own `Command(goto=...)` may lead; what is known of that is an edge.
    """

    subgraphs: tuple[ServedGraph, ...]
    ends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schemas:
    """What stands for the builder of a graph that is compiled here.

    Attributes:
        state_schema: the class of its state.
        input_schema: that of its input.
        edges: from which node to which it may go.
        nodes: its nodes.
    """

    state_schema: Any
    input_schema: Any
    edges: frozenset[tuple[str, str]]
    nodes: Mapping[str, ServedNode]


class ServedGraph:
    """A graph on a server, or one nested in it.

    Everything else that is asked of it goes to the `RemoteGraph`.

    Args:
        remote: the outermost graph.
        path: the names of the nodes around this one.
    """

    def __init__(self, remote: RemoteGraph, path: tuple[str, ...] = ()) -> None:
        self.remote = remote
        self.path = path
        self.checkpointer = None
        self.interrupt_before_nodes: Any = ()
        self.interrupt_after_nodes: Any = ()
        self.reader = remote.sync_client or _sync_client_beside(remote.client)
        """A client that reads about the graph from any thread."""
        self._known: dict[str, Any] = {}
        """What the server said, shared by all that read the same graph."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "remote" not in self.__dict__:
            raise AttributeError(name)  # asked by `copy`, before there is anything in here
        return getattr(self.remote, name)

    def copy(self, update: Mapping[str, Any]) -> Self:
        """The same graph with other breakpoints; as of a graph that is compiled here."""
        other = copy.copy(self)
        other.__dict__.update(update)
        return other

    # ------------------------------------------------------------------ what it is made of

    def get_graph(self, *_: Any, **__: Any) -> Any:
        """The drawable graph, with the nested ones.

        Raises:
            httpx.HTTPError: the server was asked in vain.
        """
        if "graph" not in self._known:
            # Its own needs a sync client, which it may not have.
            remote = RemoteGraph(self.remote.assistant_id, sync_client=self.reader)
            self._known["graph"] = remote.get_graph(xray=True)
        return self._known["graph"]

    @property
    def nodes(self) -> dict[str, ServedNode]:
        """The nodes by name."""
        try:
            ids = [str(id).split(":") for id in self.get_graph().nodes]
        except Exception:  # noqa: BLE001  see above
            return {}
        depth = len(self.path)
        inside = [id for id in ids if tuple(id[:depth]) == self.path and len(id) > depth and id[-1] not in _ENDS]
        names = dict.fromkeys(id[depth] for id in inside)
        nested = {id[depth] for id in inside if len(id) > depth + 1}
        return {name: ServedNode((self._inside(name),) if name in nested else ()) for name in names}

    @property
    def node_error_handler_map(self) -> Mapping[str, str]:
        """The nodes that take over from others that fail, by those; their names say so (langgraph 1.2.24)."""
        names = self.nodes.keys()
        own = {name.removeprefix(_HANDLER): name for name in names if name.startswith(_HANDLER)}
        if _DEFAULT_HANDLER not in names:
            return own
        others = names - own.keys() - {*own.values(), _DEFAULT_HANDLER, "__start__"}
        return own | dict.fromkeys(others, _DEFAULT_HANDLER)

    def _edges(self) -> frozenset[tuple[str, str]]:
        try:
            ends = [(edge.source.split(":"), edge.target.split(":")) for edge in self.get_graph().edges]
        except Exception:  # noqa: BLE001  see above
            return frozenset()
        depth = len(self.path)
        here = [pair for pair in ends if all(tuple(id[:depth]) == self.path and len(id) > depth for id in pair)]
        return frozenset((source[depth], target[depth]) for source, target in here)

    def _inside(self, name: str) -> ServedGraph:
        inner = copy.copy(self)
        inner.path = (*self.path, name)
        inner.interrupt_before_nodes = inner.interrupt_after_nodes = ()
        return inner

    # ------------------------------------------------------------------ what its state holds

    @property
    def builder(self) -> Schemas:
        """The classes of its state and its input, made of what the server says of them."""
        key = f"builder of {self.path}"
        if key in self._known:
            return self._known[key]
        said = self._schemas()
        state = said.get("state_schema")
        # No input schema is one that the server could not read: a graph takes its state's keys by default.
        made = Schemas(state_class(state), state_class(said.get("input_schema") or state), self._edges(), self.nodes)
        if {"graph", "schemas"} <= self._known.keys():
            self._known[key] = made
        return made

    @property
    def channels(self) -> dict[str, Any]:
        """The state's keys. Whether one has a reducer the server does not say; it shows when one is changed."""
        return {key: LastValue(object, key) for key in self._schemas().get("state_schema", {}).get("properties", {})}

    def get_input_jsonschema(self) -> dict[str, Any]:
        """JSON Schema of an input that is no dict.

        Raises:
            LookupError: the server does not say.
        """
        if not (schema := self._schemas().get("input_schema")):
            raise LookupError(self.remote.assistant_id)
        return schema

    def _schemas(self) -> dict[str, Any]:
        try:
            if "schemas" not in self._known:
                id = self._assistant()
                nested = self.reader.assistants.get_subgraphs(id, recurse=True)
                self._known["schemas"] = {"": self.reader.assistants.get_schemas(id), **nested}
        except Exception:  # noqa: BLE001  see above
            return {}
        found = cast("dict[str, Any]", self._known["schemas"].get("|".join(self.path), {}))
        return {name: said for name, said in found.items() if said is not None}

    def _assistant(self) -> str:
        """The assistant's id: a graph's name is one of an assistant in some places only (langgraph-api 0.16.7)."""
        name = self.remote.assistant_id
        try:
            return str(UUID(name))
        except ValueError:
            # The one that the server itself made of the graph comes with it; others are variants of it.
            metadata = {"created_by": "system"}
            return self.reader.assistants.search(graph_id=name, metadata=metadata, limit=1)[0]["assistant_id"]

    def graphs(self) -> list[str]:
        """The names of the graphs that the server has."""
        try:
            found = self.reader.assistants.search(limit=100)
        except Exception:  # noqa: BLE001  only an error's way out
            return []
        return sorted({assistant["graph_id"] for assistant in found})


def readable(remote: RemoteGraph) -> ServedGraph:
    """A graph on a server whose picture is here.

    Raises:
        ServerError: it cannot be had.
    """
    served = ServedGraph(remote)
    try:
        served.get_graph()
    except httpx.HTTPError as error:
        raise in_words(error, served) from error
    return served


def _sync_client_beside(client: Any) -> SyncLangGraphClient:
    """A client for reading about the graph, where only an async one was given: a picture is wanted at once.

    Raises:
        TypeError: none was given at all.
    """
    if client is None:
        raise TypeError("This RemoteGraph has no client: make it with RemoteGraph(name, url=...).")
    ours = client.http.client
    # Nobody closes it, so it leaves no connection open.
    limits = httpx.Limits(max_keepalive_connections=0)
    return SyncLangGraphClient(
        httpx.Client(base_url=ours.base_url, headers=ours.headers, auth=ours.auth, timeout=ours.timeout, limits=limits)
    )
