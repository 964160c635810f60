"""Going back: another run on a copy of a thread.

```
fork.py     the run; `uncached.py`: asked anew in spite of a cache
place.py    where it starts; `stood.py`: within nested graphs
given.py    what it is answered with; `earlier.py`: what its questions start from
origin.py   what it has from the run that it was started from
forked.py   the fork as the run it came from remembers it; `copied.py`: what that has seen of what the fork took over
```
"""
