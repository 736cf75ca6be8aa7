"""One application for servers of WSGI and of ASGI: who answers, and after a second for /slow."""

import asyncio
import os
import time


def body():
    return f"{os.environ['GREETING']} {os.getpid()}\n".encode()


def wsgi(environment, start_response):
    if environment["PATH_INFO"] == "/slow":
        time.sleep(1)
    answer = body()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    return [answer]


async def asgi(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": kind + ".complete"})
            if kind == "lifespan.shutdown":
                return
    if scope["path"] == "/slow":
        await asyncio.sleep(1)
    answer = body()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
