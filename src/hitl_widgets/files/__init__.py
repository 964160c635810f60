"""Files of the kernel's machine as answers: what a folder holds, what is uploaded into it, and which paths may be given.

    ask(..., Path, folder=...) ──▶ FileRules ──▶ the schema's `x-file`   every answer is held to it (`answer.py`)
                                           └──▶ a FileField              the browser lists (`listing.py`) and uploads
                                                                         (`upload.py`, `held.py`) through `FieldFiles`

What this shows, and to whom: whoever sees the card can read the names, sizes and dates of everything below the folder
that is not hidden, and nothing of what is in the files. Nothing outside of the folder is shown or may be answered, not
by `..`, nor an absolute path, nor a link. A file is only ever written where `upload=` says how large one may be, and
only under a new name. The rules come from the question: from code, never from the browser, and not from a schema that
somebody else has written (a tool's, a server's), whose paths are looked for in the working folder, without uploads.

A path is checked when it is answered, and again in the node that asked. Between that and its being opened somebody else
may put another file there: where that matters, the folder should be one that only the kernel writes to.

Nothing here knows fields, LangGraph or Jupyter.
"""

from .answer import given as given
from .rules import KEYWORD as KEYWORD, FileRules as FileRules
