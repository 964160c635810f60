"""Whether somebody has a file open for writing still: a process that was killed has not, one that sleeps has."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":

    def hold(file: BinaryIO) -> None:
        """Nothing is to be done: a file that is open cannot be removed there."""

    def is_held(path: Path) -> bool:  # noqa: ARG001  as elsewhere
        return False

else:
    import fcntl

    def hold(file: BinaryIO) -> None:
        """Have it told for as long as the file is open. Where the file system knows no locks it is not."""
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def is_held(path: Path) -> bool:
        """Whether somebody does, in whichever process."""
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # what has such a name may be a pipe
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        else:
            return False
        finally:
            os.close(file)
