"""Print the JSON Schema of every shape in `hitl_widgets.protocol`; `protocol.mjs` turns it into TypeScript."""

from __future__ import annotations

import importlib
import json
import sys
import types
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from typing_extensions import is_typeddict

PROTOCOL = Path(__file__).parents[2] / "src" / "hitl_widgets" / "protocol"


def load() -> types.ModuleType:
    """Run the package by itself: it needs pydantic only, so a checkout without the package installed will do."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("protocol", PROTOCOL / "__init__.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["protocol"] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    module = load()
    unions = {name: getattr(module, name) for name in ("FieldView", "ControlView", "NodeStatus", "SessionStatus", "ValueView", "Intent", "InboxIntent")}
    modules = (module, *(importlib.import_module(f"protocol.{name}") for name in module.LATER))
    found = {name: value for one in modules for name, value in vars(one).items()}
    shapes = {name: value for name, value in found.items() if is_typeddict(value) and not name.startswith("_")}
    for shape in shapes.values():
        # The texts under the keys become the TypeScript comments.
        shape.__pydantic_config__ = ConfigDict(use_attribute_docstrings=True)
    named = {**shapes, **unions}
    refs, schema = TypeAdapter.json_schemas([(name, "validation", TypeAdapter(value)) for name, value in named.items()])
    definitions = {**schema["$defs"]}
    for (name, _), ref in refs.items():
        definitions.setdefault(name, ref)
    for name in unions:
        for other in definitions.keys() - {name}:
            definitions[other] = by_name(definitions[other], definitions[name], name)
    json.dump({"$defs": definitions}, sys.stdout)


def by_name(schema: Any, union: Any, name: str) -> Any:
    """A schema in which a union is referred to by its name: pydantic writes it out wherever it is used."""
    if isinstance(schema, list):
        return [by_name(part, union, name) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "oneOf" in schema and schema["oneOf"] == union.get("oneOf"):
        return {"$ref": f"#/$defs/{name}"}
    return {key: by_name(part, union, name) for key, part in schema.items()}


if __name__ == "__main__":
    main()
