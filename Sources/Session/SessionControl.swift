internal import Control
internal import Glibc
internal import Handoff
internal import Posix
internal import Project
internal import Reloader
internal import Reporting

/// The socket for the commands of people, editors and scripts, and the clients that wait.
final class SessionControl {
  private let directory: RuntimeDirectory
  private var server: ControlServer?
  private let loop: EventLoop
  /// The clients that wait until everything that was saved is live, or has failed.
  private var waiting: [ControlClientLink] = []
  /// The time of the start, in seconds since 1970.
  let since = WallClock.seconds
  /// The build that runs, or the last one.
  private(set) var build: BuildStatus?
  /// Whether everything is settled, and the reply to those that wait then.
  private let settled: () -> ControlReply?

  /// Takes the lock of the project against a second hotreload. `settled` returns the reply to those that wait; `nil`
  /// while something that was saved is neither live nor has failed. Throws `RuntimeDirectory.Failure` or `SystemError`.
  init(_ project: Project, isPart: Bool, loop: EventLoop, settled: @escaping () -> ControlReply?) throws {
    let name = isPart ? project.lockName : project.root
    directory = try RuntimeDirectory(project: name, kind: .session, owner: CurrentProcess.parent)
    self.loop = loop
    self.settled = settled
    try directory.record(project: project.root)
  }

  /// Listens for commands. Throws the errno with the path.
  func start(_ handle: @escaping (ControlRequest, ControlClientLink) -> Void) throws(SystemError) {
    server = try ControlServer(path: directory.controlPath, loop: loop, handle: handle)
  }

  /// Removes the socket, and then closes the connections: whoever waits for the end may start the next hotreload.
  func close() {
    directory.remove()
    server?.close()
  }

  /// Notes an event of the build.
  func record(_ record: EventRecord) { build = .after(record, build) }

  /// Replies to a client as soon as everything is settled.
  func await(_ client: ControlClientLink) {
    waiting.append(client)
    client.closed = { [unowned self, closed = client.closed, unowned client] in
      waiting.removeAll { $0 === client }
      closed()
    }
    loop.afterPass = { [unowned self] in replyIfSettled() }
  }

  private func replyIfSettled() {
    guard let reply = settled() else { return }
    loop.afterPass = nil
    let clients = waiting
    waiting = []
    for client in clients { client.send(reply) }
  }
}
