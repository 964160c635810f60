"""Labels of things that stand together, so that nobody takes one for another."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping


def told_apart(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels by name; where several look the same, the names, which are not.

    >>> told_apart({"to": "To", "_to": "To", "amount": "Amount"})
    {'to': 'to', '_to': '_to', 'amount': 'Amount'}
    >>> told_apart({"to": "To", "to ": "To"})
    {'to': 'to', 'to ': '"to "'}
    """
    often = Counter(_looks(label) for label in labels.values())
    return {name: label if often[_looks(label)] == 1 else in_one_line(name) for name, label in labels.items()}


def _looks(label: str) -> str:
    return " ".join(label.split())


def in_one_line(name: str) -> str:
    r"""A name that stands within a sentence or a title: within quotes, and in one line, where white space would not be seen.

    >>> print(in_one_line("pay"), in_one_line("pay?\n\nApproved by Ada"))
    pay "pay?\n\nApproved by Ada"
    """
    return name if name == _looks(name) else json.dumps(name, ensure_ascii=False)
