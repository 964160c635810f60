"""A control: how a request is asked, and how the reply becomes the value that the graph resumes with.

control.py      how one is made: a form, an approval, a choice, ...
answerable.py   what becomes of a reply to it, and of an answer from code
unquoted.py     why a secret was refused, without the secret
at_once.py      a function of the user's that has to answer at once
deciding.py     the control for several things to decide about, `items.py` what they are
live_widget.py  a widget of the user's own as a control

Those that come with the package, one for each payload family, are in `controls/`.
"""

from .answerable import ApprovalKeys as ApprovalKeys, Reason as Reason
from .control import Control as Control
