package import Posix

/// The self-writes of all servers. The module that runs the servers tells it which run, and the servers report
/// their writes to it. The watcher asks it.
///
/// The preloaded library reports each self-write over a Unix domain datagram socket before the kernel reports
/// it to a watcher. `/proc` shows which files are open for writing, and which processes may have written
/// without a report.
package final class SelfWrites {
  /// The time after the report of an exit in which the streams of the server may still be flushed, in
  /// nanoseconds.
  private static let flush: Int64 = 50_000_000

  /// A server that runs.
  private struct Server {
    /// Returns the pids of the server and its descendants.
    let processes: () -> [CInt]
    /// The end of the path of the preloaded library.
    let library: String
    /// The files that the server had open for writing at the last look.
    var openFiles: Set<FileSystem.FileNumber> = []
    /// Whether the server was asked to end.
    var isEnding = false

    /// Returns the files that the server has open for writing now.
    func filesOpenToWrite() -> Set<FileSystem.FileNumber> {
      Set(processes().flatMap(FileSystem.filesOpenToWrite))
    }
  }

  /// The socket to which the servers of one service send notices.
  private final class Socket {
    let socket: DatagramSocket
    var watch: EventLoop.Token?

    init(path: String) throws(SystemError) { socket = try DatagramSocket(path: path) }
  }

  private let loop: EventLoop
  /// The sockets, by path.
  private var sockets: [String: Socket] = [:]
  /// The servers, by pid.
  private var servers: [CInt: Server] = [:]
  private var reported = ReportedWrites()
  private var filesAtExit = FilesAtExit()
  private var activity = ServerActivity()

  /// Creates an object that knows no server.
  package init(loop: EventLoop) { self.loop = loop }

  // MARK: The servers' side

  /// The handler of each notice as it arrives, for a trace.
  package var trace: (String) -> Void = { _ in }

  /// Receives the notices of servers on a socket that is bound at `path`. Throws the errno with the path.
  package func listen(at path: String) throws(SystemError) {
    let socket = try Socket(path: path)
    socket.watch = try loop.whenReadable(socket.socket.descriptor) { [unowned self] in receive() }
    sockets[path] = socket
  }

  /// Closes the socket and removes its path.
  package func stopListening(at path: String) {
    receive()
    sockets.removeValue(forKey: path)?.watch.map(loop.forget)
    FileSystem.remove(path)
  }

  /// Notes that a server has started. `processes` returns the pids of the server and its descendants.
  /// `library` is the path of the preloaded library.
  package func started(_ pid: CInt, library: String, processes: @escaping () -> [CInt]) {
    // The path up to the file name is left out, because the kernel may print it without symbolic links.
    let name = String(library.dropFirst(library.parentPath.count))
    servers[pid] = Server(processes: processes, library: name)
  }

  /// Notes which files the servers have open for writing. Servers open their logs before they listen, or soon
  /// after.
  package func noteOpenFiles() {
    for (pid, server) in servers where !server.isEnding {
      servers[pid]?.openFiles = server.filesOpenToWrite()
    }
  }

  /// Notes that a server is about to be asked to end.
  package func ending(_ pid: CInt) {
    guard let server = servers[pid], !server.isEnding else { return }
    servers[pid]?.openFiles = server.filesOpenToWrite()
    servers[pid]?.isEnding = true
  }

  /// Notes that a server has ended.
  package func ended(_ pid: CInt) {
    guard let server = servers.removeValue(forKey: pid) else { return }
    filesAtExit.add(server.openFiles, until: FileSystem.fineTime, at: .now)
  }

  // MARK: The watcher's side

  /// Returns whether the current state of `path` is a self-write: a server has written, linked, moved or
  /// removed it. Call it after the kernel has reported the change.
  package func has(_ path: String) -> Bool {
    receive()
    return reported.has(path)
  }

  /// Returns whether a server has written or removed `path` before, whatever its state is now.
  package func knows(_ path: String) -> Bool { reported.knows(path) }

  /// Returns those of the files that a running server has open for writing.
  package func open(among paths: [String]) -> [String] {
    let files = servers.values.reduce(into: Set()) { $0.formUnion($1.filesOpenToWrite()) }
    return files.isEmpty ? [] : paths.filter { FileSystem.FileNumber($0).map(files.contains) ?? false }
  }

  /// Returns those of the files that a server had open for writing when it ended just now, or that an ending
  /// server has closed, and that have not changed since.
  package func openAtEnd(among paths: [String]) -> [String] {
    receive()
    var files = filesAtExit.remembered(at: .now)
    for server in servers.values where server.isEnding && !server.openFiles.isEmpty {
      for file in server.openFiles.subtracting(server.filesOpenToWrite()) { files[file] = .max }
    }
    if files.isEmpty { return [] }
    return paths.filter { path in
      guard let until = FileSystem.FileNumber(path).flatMap({ files[$0] }) else { return false }
      return FileSystem.Stamp(path).map { $0.changed <= until } == true
    }
  }

  /// Returns whether a server, or a program that it started, may have written since the last call without a
  /// report.
  package func mayHaveMissed() -> Bool {
    activity.mayHaveWritten(
      now: servers.values.flatMap { server in
        server.processes().compactMap { ProcessActivity($0, library: server.library) }
      })
  }

  /// Reads all notices that have arrived.
  private func receive() {
    for socket in sockets.values {
      while let text = socket.socket.receive()?.text {
        trace(text)
        guard let notice = SelfWriteNotice(text) else { continue }
        if case .open(let file) = notice {
          filesAtExit.add([file], until: FileSystem.coarseTime + Self.flush, at: .now)
        } else {
          reported.record(notice)
        }
      }
    }
  }
}
