"""Serves on the sockets that it was started with (sd_listen_fds(3)), and says what systemd would hear (sd_notify(3))."""

import http.server
import os
import socket
import time

greeting = open("greeting").read().strip()
assert os.environ["LISTEN_PID"] == str(os.getpid())


def notify(text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
        own.sendto(text.encode(), os.environ["NOTIFY_SOCKET"])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/slow":
            time.sleep(1)
        body = f"{greeting} {os.getpid()}".encode()
        healthy = self.path != "/health" or os.path.exists("healthy")
        self.send_response(200 if healthy else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(None, Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = socket.socket(fileno=3)


assert os.environ["LISTEN_FDS"] == "1" and os.environ["LISTEN_FDNAMES"] == "http"
server = Server()
notify(f"STATUS=migrates for {greeting}")
if os.path.exists("gate"):
    open("gate").read()
notify("READY=1\nSTATUS=runs")
server.serve_forever()
