"""The list of the waiting threads in the browser: its widget, its pages, its news, answers for several of them, and its story."""
