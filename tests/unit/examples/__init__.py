"""LangGraph's documented examples, rebuilt small and offline, a module each; `ALL` has them by name.

The modules are what a reader of LangGraph's documentation has in front of them; `example.py` says what one consists of,
`by_hand.py` how the truth about it is found without this package, and the tests beside this folder compare the two.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from .example import Example

_NOT_EXAMPLES = {"__init__", "by_hand", "example", "model", "shown"}

ALL: dict[str, Example] = {
    path.stem: import_module(f".{path.stem}", __package__).EXAMPLE
    for path in sorted(Path(__file__).parent.glob("*.py"))
    if path.stem not in _NOT_EXAMPLES
}
