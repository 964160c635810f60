"""What is shown of a session: plain data first, then the live view and the static one. Its browser side is `js/src/`.

project.py    what the browser is told of a run, in the shapes of `protocol/`
drawn.py      where in the picture of the graph it is shown
timeline.py   a row a step and a row a decision; timeline_rows.py is one of them as plain data, changed_keys.py which
              keys a change of the state has changed
looking.py    what it is asked for and no trait holds
steering.py   what people do to a run beside answering it: forks, again, another input
widget.py     the live view: the projection in the browser, and the browser's intents
coalesce.py   at most so many updates a second
story.py      a picture and a text for where there is no browser
display.py    which of them a session displays as, and `bundle.py` how they are handed over
built.py      the code of the browser side
inbox/        the threads that wait, as a list
graph_widget.py    what the live view and the picture of a graph that does not run (`drawing/`) have in common
"""
