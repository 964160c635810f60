"""`jsonschema`, loaded when it is first needed: it takes 0.15 s (4.26), all of this package's budget."""

from __future__ import annotations

import functools
import importlib
import threading

from ..processes import before_fork

_TRIES = 5
_PATIENCE = 5.0


def load() -> None:
    """Load it; returns once that is done.

    Where it finds `rfc3987-syntax` (1.1.0), as it does beside Jupyter, loading parses literals, and in Python 3.11 a thread
    that parses Python fails, at random, while another one does, as a kernel that runs a cell (python/cpython#106905 has such
    reports). What could not be loaded for that is loaded once more.
    """
    for left in reversed(range(_TRIES)):
        try:
            importlib.import_module("jsonschema")
        except ImportError:
            raise
        except Exception:
            if not left:
                raise
        else:
            return


@functools.cache
def prepare() -> None:
    """Load it beside: people read a question first, and then shall not wait for it.

    It takes a second of a processor with `rfc3987-syntax`.
    """
    loading = threading.Thread(target=load, name="hitl-checks", daemon=True)
    loading.start()
    # A process that was forked in the middle of an import could never import that module (CPython 3.11 to 3.14).
    before_fork(lambda: loading.join(_PATIENCE))
