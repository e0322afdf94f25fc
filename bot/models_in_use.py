"""Taking another trained model into use while turns go on.

Read in Rasa 3.6.21 (`rasa/server.py`): its own `PUT /model` loads in the event loop, so every turn waits for as long as
that takes, which is seconds; and it opens a second tracker store, whose connections nobody closes. Here a model is
loaded in a thread, with the stores that are open already, and then one reference is changed. A turn under way has read
the message with one model and is answered by the other at worst: both know the same intents, forms and responses, which
come from the program and not from what is learned.
"""

import asyncio
import logging
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from sanic import Sanic

logger = logging.getLogger(__name__)

_loading = asyncio.Lock()


async def use(app: "Sanic[Any, Any]", path: str) -> bool:
    """Load a model, unless it is in use, and go by it from now on. False: it cannot be, and nothing has changed."""
    async with _loading:
        if app.ctx.agent.model_name == Path(path).name:  # Each worker asks for it, and no two models have one name.
            return True
        try:
            agent = await asyncio.get_running_loop().run_in_executor(None, _load, path, app.ctx.agent)
        except Exception:
            logger.exception("A model cannot be loaded: %s", path)
            return False
        app.ctx.agent = agent
    logger.info("The model is %s now", path)
    return True


def _load(path: str, old: Agent) -> Agent:
    """An agent like the old one, with the same stores, and another model."""
    if not Path(path).is_file():  # Rasa would take a folder, too, and look for the newest model in it.
        raise FileNotFoundError(path)
    found: Any = Agent(domain=old.domain, lock_store=old.lock_store, action_endpoint=old.action_endpoint)
    found.tracker_store = old.tracker_store  # Not to the constructor, which would wrap it once more each time.
    found.load_model(path)
    agent: Agent = found
    return agent
