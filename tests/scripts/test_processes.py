"""What the screen shows of the processes: everything but the deprecation warnings of pinned libraries."""

from scripts.processes import DeprecationFilter

OUTPUT = """\
2026-11-23 15:38:11 INFO     root  - Starting Rasa server
/lib/rasa/shared/utils/validation.py:134: DeprecationWarning: pkg_resources is deprecated as an API.
  import pkg_resources
/lib/pkg_resources/__init__.py:3117: DeprecationWarning: Deprecated call to `declare_namespace('ruamel')`.
Implementing implicit namespace packages is preferred.
  declare_namespace(pkg)
Traceback (most recent call last):
  File "x.py", line 1
ValueError: no
/lib/a.py:1: PyparsingDeprecationWarning: 'resetCache' deprecated
{"event": "worker_started"}
INFO:     Shutting down
"""
SHOWN = [
    "2026-11-23 15:38:11 INFO     root  - Starting Rasa server",
    "Traceback (most recent call last):",
    '  File "x.py", line 1',
    "ValueError: no",
    '{"event": "worker_started"}',
    "INFO:     Shutting down",
]


def test_deprecation_warnings_are_left_out_and_nothing_else() -> None:
    kept = DeprecationFilter()
    assert [line for line in OUTPUT.splitlines() if not kept.drops("bot", line)] == SHOWN


def test_a_warning_of_one_process_hides_nothing_of_another() -> None:
    kept = DeprecationFilter()
    assert kept.drops("bot", "/lib/a.py:1: DeprecationWarning: old")
    assert not kept.drops("web", "  indented")
    assert kept.drops("bot", "  import old")
