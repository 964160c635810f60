"""What is shown of a session: plain data first, then the live view and the static one. Its browser side is `js/src/`.

project.py    what the browser is told of a run, in the shapes of `protocol/`; node_view.py a node of it,
              conversation.py what a chat's model says
drawn.py      where in the picture of the graph it is shown; picture.py is that
timeline.py   a row a step and a row a decision; timeline_rows.py is one of them as plain data, calling.py those of `@task`
              calls, changed_keys.py which keys a change of the state has changed, copies.py which of several side by side
looking.py    what it is asked for and no trait holds
reading_past.py    what ran before this kernel, read for a view
steering.py   what people do to a run beside answering it: forks, again, another input; offering.py a chat's message box
widget.py     the live view: the projection in the browser, and the browser's intents; replying.py how a reply among them is read
coalesce.py   at most so many updates a second; sendable.py has them such that Jupyter can send them
story.py      a picture and a text for where there is no browser
display.py    which of them a session displays as, and `bundle.py` how they are handed over
built.py      the code of the browser side
inbox/        the threads that wait, as a list
graph_widget.py    what the live view and the picture of a graph that does not run (`drawing/`) have in common
"""
