"""Starts hotreload in a folder of its own, watches what it prints, and asks the server meanwhile."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid


class Absent(Exception):
    """Something that a case needs is not installed."""


class Case:
    """A folder for one case, and everything that is started for it; all of that ends with it."""

    def __init__(self, program):
        self.program = program
        # A home is beside the project, not in it.
        self.around = tempfile.mkdtemp(prefix="hotreload-case-")
        self.folder = os.path.join(self.around, "project")
        os.mkdir(self.folder)
        self.mark = f"CASE_MARK={uuid.uuid4()}"
        self.port = free_port()
        self.running = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for running in self.running:
            running.stop()
        for pid in self.processes():
            end(pid)
        shutil.rmtree(self.around, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text, mode=None):
        """Saves as most editors do: a new file takes the old one's name."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        temporary = path + "~"
        with open(temporary, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        if mode:
            os.chmod(temporary, mode)
        os.rename(temporary, path)

    def text(self, name):
        try:
            with open(self.path(name)) as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def environment(self, **changes):
        name, _, value = self.mark.partition("=")
        variables = {**os.environ, "PORT": str(self.port), "NO_COLOR": "1", name: value, **changes}
        return {key: value for key, value in variables.items() if value is not None}

    def compile(self, *arguments):
        require("cc")
        subprocess.run(["cc", *arguments], cwd=self.folder, check=True, stdin=subprocess.DEVNULL)

    def run(self, settings, *options, prefix=(), environment=None, reads=True):
        """Starts `hotreload run` with these settings."""
        self.write(".reload.toml", settings)
        running = Running(self, [*prefix, self.program, "run", *options], environment or {}, reads)
        self.running.append(running)
        return running

    def tool(self, *arguments):
        """Runs another command of hotreload; its exit code, and all that it prints."""
        done = subprocess.run(
            [self.program, *arguments], cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
        return done.returncode, done.stdout.decode(errors="replace")

    def processes(self):
        """Everything that was started for this case and lives."""
        found = []
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) != os.getpid():
                try:
                    with open(f"/proc/{name}/environ", "rb") as file:
                        variables = file.read().split(b"\0")
                    with open(f"/proc/{name}/stat") as file:
                        isZombie = file.read().rpartition(")")[2].split()[0] == "Z"
                except OSError:
                    continue
                if self.mark.encode() in variables and not isZombie:
                    found.append(int(name))
        return found


class Running:
    """A hotreload, and the lines of its standard error."""

    def __init__(self, case, command, environment, reads):
        self.case = case
        self.lines = []
        self.process = subprocess.Popen(
            command, cwd=case.folder, env=case.environment(**environment), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if reads else subprocess.PIPE, stderr=subprocess.PIPE)
        if reads:
            threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stderr:
            self.lines.append(line.decode(errors="replace").rstrip("\n")[:2000])

    def count(self, pattern):
        return sum(1 for line in self.lines if re.search(pattern, line))

    def find(self, pattern):
        return next((line for line in self.lines if re.search(pattern, line)), None)

    def wait_for(self, pattern, seconds=20):
        """The first line with the pattern; `None` if there is none in time."""
        return until(lambda: self.find(pattern), seconds)

    def stop(self, seconds=8):
        """Ends as Ctrl-C does, and else for good; how long that took, `None` if it had to be killed."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                end(self.process.pid)
                self.process.wait()
                return None
        return time.monotonic() - began


class Load:
    """Clients with a new connection for each request: what was answered, and what was lost."""

    def __init__(self, port, clients=3):
        self.port = port
        self.answers = []
        self.lost = []
        self.sent = 0
        self.isOver = False
        self.threads = [threading.Thread(target=self.ask, daemon=True) for _ in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.isOver = True
        for thread in self.threads:
            thread.join(10)

    def ask(self):
        while not self.isOver:
            self.sent += 1
            try:
                answer = ask(self.port)
            except OSError as error:
                self.lost.append(type(error).__name__)
            except http.client.HTTPException as error:
                self.lost.append(type(error).__name__)
            else:
                if not self.answers or self.answers[-1] != answer:
                    self.answers.append(answer)
            time.sleep(0.005)

    def losses(self):
        kinds = {kind: self.lost.count(kind) for kind in sorted(set(self.lost))}
        return f"{len(self.lost)} of {self.sent} lost" + (f" ({kinds})" if kinds else "")


def ask(port, path="/", seconds=10):
    """The body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        return connection.getresponse().read().decode(errors="replace").strip()
    finally:
        connection.close()


def answers(port, text, seconds=20):
    """Whether an answer has the text in time."""

    def try_once():
        try:
            return text in ask(port)
        except (OSError, http.client.HTTPException):
            return False

    return bool(until(try_once, seconds))


def until(condition, seconds):
    """What the condition returns once that is true; `None` if it is not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    return None


def free_port():
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return own.getsockname()[1]


def end(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def require(program):
    if not shutil.which(program):
        raise Absent(f"{program} is not installed")


def has_module(name):
    """Whether the Python that runs this finds a module; the case is skipped if not."""
    import importlib.util

    if not importlib.util.find_spec(name):
        raise Absent(f"Python's {name} is not installed")


def toml(value):
    """A string, or a list of strings, in TOML."""
    return json.dumps(value)


PYTHON = sys.executable

SERVER = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"V1"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
