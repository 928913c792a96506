"""The command line: parse, call, print, exit code. One file a noun."""

import os

# Before anything imports them. numpy starts a thread per processor for linear algebra, of which
# there is none here; pydantic looks through every installed package for plug-ins of its own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
