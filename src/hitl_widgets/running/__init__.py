"""A run: a graph on a thread, driven until it ends, with a person in the loop. No Jupyter.

run.py         the state machine
streaming.py   one pass over the graph's stream; how a graph is streamed is `driver/`
picked_up.py   a thread as an earlier kernel or session left it
elsewhere.py   what others do on the thread, `noticing.py` how a run that is shown finds out, `meanwhile.py` what ran there
pending.py     a pending request, and what came of the replies so far
taking.py      how a reply becomes an answer in the thread, and how it is taken back
state.py       what the nodes did, `fold.py` as far as the stream says it, and `records.py` how that is remembered
watch.py       what tasks say while they work (`watching/` hears it), and `said.py` how that is remembered
why.py         whether a node has asked before, and what `hitl.check` finds in it
fork.py        another run, on a copy of the thread; `place.py` is where it starts, `stood.py` finds that inside of nested
               graphs, `earlier.py` is what its questions start from, `forked.py` what the first run remembers of it,
               `copied.py` what that has seen of what the fork has taken over
"""
