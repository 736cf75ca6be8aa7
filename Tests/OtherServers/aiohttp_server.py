# aiohttp, on asyncio's loop, or on uvloop's with LOOP=uvloop.
import asyncio, os

from aiohttp import web


async def answer(request):
    if request.path == "/slow":
        await asyncio.sleep(1)
    return web.Response(text=f"{os.environ['GREETING']} {os.getpid()}\n")


application = web.Application()
application.router.add_get("/{path:.*}", answer)
loop = __import__("uvloop").new_event_loop() if os.environ.get("LOOP") == "uvloop" else None
web.run_app(application, host="127.0.0.1", port=int(os.environ["PORT"]), print=None, access_log=None, loop=loop)
