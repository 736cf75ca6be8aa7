import Posix

/// A server in C from the end-to-end tests, with the header that these use.
struct PlainServer {
  var name = "C, one thread"
  let way: String
  let fixture: String
  var header: [String] = []
  /// Whether it answers one connection after the other, with one answer on each.
  var answersOnce = false

  static let all =
    ["poll", "ppoll", "select", "pselect"].map {
      PlainServer(way: $0, fixture: "PollServer", header: ["#define WAIT wait_with_\($0)"])
    } + [
      PlainServer(way: "epoll", fixture: "EpollServer"),
      PlainServer(way: "blocking accept", fixture: "BlockingServer", answersOnce: true),
      PlainServer(
        name: "C, four threads", way: "blocking accept", fixture: "BlockingServer", header: threads,
        answersOnce: true),
      PlainServer(
        name: "C, four processes", way: "blocking accept", fixture: "BlockingServer",
        header: prefork + ["#define AFTER_LISTEN signal(SIGTERM, SIG_DFL); prefork()"], answersOnce: true),
      PlainServer(
        name: "C, four processes", way: "poll", fixture: "PollServer",
        header: prefork + ["#define AFTER_LISTEN prefork()"]),
      PlainServer(
        name: "C, four processes", way: "epoll", fixture: "EpollServer",
        header: prefork + ["#define AFTER_LISTEN prefork(); watch_alone()"]),
    ]

  private static let threads = [
    "#include <pthread.h>", "#include <signal.h>", "#include <sys/socket.h>", "#include <unistd.h>",
    "static int listener;",
    "static void answer(int);",
    "static void *serve(void *nothing) {",
    "  for (int connection;;) {",
    "    if ((connection = accept(listener, NULL, NULL)) == -1) continue;",
    "    answer(connection);",
    "    close(connection);",
    "  }",
    "  return nothing;",
    "}",
    "#define AFTER_LISTEN \\",
    "  signal(SIGTERM, SIG_DFL); \\",
    "  for (int i = 0; i < 3; i++) pthread_create(&(pthread_t){0}, NULL, serve, NULL)",
  ]

  private static let prefork = [
    "#include <signal.h>", "#include <sys/wait.h>", "#include <unistd.h>",
    "static void prefork(void) {",
    "  for (int workers = 0;;) {",
    "    if (workers == 4) wait(NULL), workers--;",
    "    else if (fork() == 0) return;",
    "    else workers++;",
    "  }",
    "}",
  ]

  /// Compiles the server into `directory`, and returns it.
  func find(in tests: String, buildIn directory: String) throws -> FoundServer {
    let label = "\(name), \(way)"
    guard let compiler = CurrentProcess.find("clang") ?? CurrentProcess.find("cc") else {
      return .absent("\(label): clang is not installed")
    }
    let program = "\(directory)/\(label.filter(\.isLetter))"
    try FileSystem.write(header.map { $0 + "\n" }.joined(), to: program + ".h")
    let command = Command(
      path: compiler,
      arguments: [
        compiler, "-D_GNU_SOURCE=", "-include", program + ".h",
        "\(tests)/Fixtures/\(fixture)/Sources/App/main.c", "-o", program,
      ], environment: CurrentProcess.environment, directory: directory, parentDeathSignal: 9)
    guard try command.run(input: 0, output: 1, error: 2) == .exited(0) else {
      return .absent("\(label): cannot be compiled")
    }
    var server = MeasuredServer(program: program)
    server.name = name
    server.way = way
    server.clients = answersOnce ? [.fresh, .fresh, .fresh, .fresh] : server.clients + [.slow, .slow, .slow]
    return .server(server)
  }
}
