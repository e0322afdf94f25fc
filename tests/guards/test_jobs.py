"""Every job that is woken is a task of a queue that the worker runs, and every task is on such a queue."""

import ast
from collections.abc import Iterator

from api import queue, worker
from tests.guards.tree import modules

CONSTANTS = {"PAGES": queue.PAGES, "TURNS": queue.TURNS, "HOOKS": queue.HOOKS, "LEARNING": queue.LEARNING}


def woken(source: ast.AST) -> Iterator[tuple[str | None, str | None]]:
    """The task and the queue of every call to `queue.wake`; None for what is not written out."""
    for node in ast.walk(source):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "wake":
            task = node.args[1] if len(node.args) > 1 else None
            on = node.args[2] if len(node.args) > 2 else None
            name = task.value if isinstance(task, ast.Constant) and isinstance(task.value, str) else None
            yield name, CONSTANTS.get(on.attr) if isinstance(on, ast.Attribute) else None


def registered() -> dict[str, str]:
    """Our tasks with their queues, without those that Procrastinate brings along."""
    assert worker.SWEEPS, "importing the worker registers every task"
    return {
        name: task.queue
        for name, task in queue.app.tasks.items()
        if not name.startswith(("builtin:", "procrastinate."))
    }


def test_every_job_that_is_woken_is_a_task_on_that_very_queue() -> None:
    calls = [call for module in modules() for call in woken(module.source)]
    assert len(calls) >= 6
    assert [call for call in calls if call not in registered().items()] == []


def test_every_task_is_on_a_queue_that_the_worker_runs_and_is_woken_by_somebody() -> None:
    assert {task: on for task, on in registered().items() if on not in queue.QUEUES} == {}
    assert set(registered()) == {name for module in modules() for name, _ in woken(module.source)}


def test_the_worker_runs_every_queue() -> None:
    (source,) = [module.source for module in modules() if module.name == "api.worker"]
    assert "queue.QUEUES" in ast.unparse(source)


def test_a_job_that_nobody_runs_would_be_noticed() -> None:
    wrong = ["'channels.tell', queue.TURNS", "'channels.nothing', queue.PAGES", "name, queue.PAGES", "'channels.tell'"]
    for arguments in wrong:
        (call,) = woken(ast.parse(f"queue.wake(session, {arguments})"))
        assert call not in registered().items()
    (right,) = woken(ast.parse("queue.wake(session, 'channels.tell', queue.PAGES)"))
    assert right in registered().items()
