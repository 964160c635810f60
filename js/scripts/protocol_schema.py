"""Print the JSON Schema of every shape in `hitl_widgets.protocol`; `protocol.mjs` turns it into TypeScript."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter
from typing_extensions import is_typeddict

PROTOCOL = Path(__file__).parents[2] / "src" / "hitl_widgets" / "protocol.py"


def load() -> types.ModuleType:
    """Run protocol.py by itself: it needs pydantic only, so a checkout without the package installed will do."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("protocol", PROTOCOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["protocol"] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    module = load()
    unions = {name: getattr(module, name) for name in ("FieldView", "ControlView", "NodeStatus", "SessionStatus", "Intent")}
    shapes = {name: value for name, value in vars(module).items() if is_typeddict(value) and not name.startswith("_")}
    for shape in shapes.values():
        # The texts under the keys become the TypeScript comments.
        shape.__pydantic_config__ = ConfigDict(use_attribute_docstrings=True)
    named = {**shapes, **unions}
    refs, schema = TypeAdapter.json_schemas([(name, "validation", TypeAdapter(value)) for name, value in named.items()])
    definitions = {**schema["$defs"]}
    for (name, _), ref in refs.items():
        definitions.setdefault(name, ref)
    json.dump({"$defs": definitions}, sys.stdout)


if __name__ == "__main__":
    main()
