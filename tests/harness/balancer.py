"""One address in front of several web processes, as whatever a platform puts there: the carrier knows only this one."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count

import aiohttp
from aiohttp import web


@asynccontextmanager
async def balanced(port: int, urls: Sequence[str]) -> AsyncIterator[None]:
    """Pass each request on to the next of `urls` that can be reached; 502 if it dies meanwhile, 503 if none can be.

    A request that was passed on is never passed on again: whether to repeat it is for whoever sent it.
    """
    turn = count()
    connector = aiohttp.TCPConnector(force_close=True)  # A kept connection would break at its process's death.

    async def pass_on(request: web.Request) -> web.Response:
        body, start = await request.read(), next(turn)
        for place in range(len(urls)):
            url = urls[(start + place) % len(urls)] + request.path_qs
            try:
                async with http.request(request.method, url, data=body, headers=request.headers) as answer:
                    return web.Response(
                        status=answer.status, body=await answer.read(), content_type=answer.content_type
                    )
            except aiohttp.ClientConnectorError:
                continue
            except aiohttp.ClientError:
                return web.Response(status=502)
        return web.Response(status=503)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", pass_on)
    runner = web.AppRunner(app, access_log=None)
    async with aiohttp.ClientSession(connector=connector) as http:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield
        finally:
            await runner.cleanup()
