"""Sets the project up, checks it and runs it on one machine; what `make` calls.

Everything here that runs before `.venv` exists uses the standard library alone and parses on Python 3.9, because it
is run by whatever `python3` the machine has. Only `scripts.launcher`, `scripts.processes` and `scripts.keeper` run
in `.venv`.
"""
