# asyncio: level-triggered epoll(7), non-blocking.
import asyncio, os


async def answer(reader, writer):
    try:
        while request := (await reader.readuntil(b"\r\n\r\n")):
            if request.startswith(b"GET /slow "):
                await asyncio.sleep(1)
            body = f"{os.environ['GREETING']} {os.getpid()}\n"
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(answer, os.environ.get("HOST", "127.0.0.1"), int(os.environ["PORT"]))
    await server.serve_forever()


asyncio.run(main())
