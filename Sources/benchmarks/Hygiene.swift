import Foundation
import Posix

/// The resources that hotreload, its children and the server hold at a moment. The clients run in hotreload's
/// process.
struct Hygiene {
  /// The resources of a process.
  struct Holdings {
    /// The number of descriptors of each kind, except timers.
    let descriptors: [String: Int]
    /// The resident memory in KiB.
    let memory: Int

    /// Returns the kinds of which there are more than before, if there are more descriptors in total.
    func more(than before: Self) -> [String] {
      guard count > before.count else { return [] }
      return descriptors.filter { $0.value > before.descriptors[$0.key, default: 0] }.map {
        "\($0.key), \(before.descriptors[$0.key, default: 0]) to \($0.value)"
      }
    }

    /// The number of descriptors, except timers.
    var count: Int { descriptors.values.reduce(0, +) }
  }

  /// The resources of hotreload's process.
  let hotReload: Holdings
  /// The resources of the server.
  let server: Holdings
  /// The number of hotreload's child processes, including zombies.
  let children: Int
  let zombies: Int
  /// The number of connections to or from the port that belong to a process. Both sides count.
  let connections: Int
  /// The maximum length of the listener's queue; `nil` if no listener was found.
  let backlog: Int?

  /// Looks at hotreload's process, and at the server with this pid.
  init(server: CInt, port: UInt16) {
    hotReload = Self.holdings(of: CurrentProcess.identifier)
    self.server = Self.holdings(of: server)
    let tasks = FileSystem.names(in: "/proc/self/task")
    let pids = tasks.flatMap { Self.text("/proc/self/task/\($0)/children").split(separator: " ") }
    children = pids.count
    zombies = pids.count { Self.text("/proc/\($0)/stat").contains(") Z ") }
    connections = Self.connections(port: port)
    backlog = Self.backlog(port: port)
  }

  /// Returns the resources that have grown, or could not be observed.
  func growth(since before: Self) -> [String] {
    var found: [String] = []
    found += hotReload.more(than: before.hotReload).map { "descriptors of hotreload: \($0)" }
    found += server.more(than: before.server).map { "descriptors of the server: \($0)" }
    if zombies > 0 { found.append("zombies") }
    if children > 1 { found.append("children") }
    for count in [before.connections, connections] where count > 0 {
      found.append("connections that did not end: \(count)")
    }
    if backlog == nil {
      found.append("a backlog that was not found")
    } else if backlog != before.backlog {
      found.append("the backlog")
    }
    return found
  }

  /// The rows of the table.
  var rows: [(name: String, value: String)] {
    [
      ("descriptors of hotreload, but for timers", "\(hotReload.count)"),
      ("resident memory of hotreload, with the clients and their figures", "\(hotReload.memory) KiB"),
      ("descriptors of the server, but for timers", "\(server.count)"),
      ("resident memory of the server", "\(server.memory) KiB"),
      ("children", "\(children)"), ("zombies", "\(zombies)"),
      ("backlog of the listener", backlog.map { "\($0)" } ?? "–"),
    ]
  }

  /// Returns the resources of a process.
  private static func holdings(of pid: CInt) -> Holdings {
    let pages = text("/proc/\(pid)/statm").split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    let kinds = FileSystem.names(in: "/proc/\(pid)/fd").compactMap { name in
      let target = FileSystem.linkTarget("/proc/\(pid)/fd/\(name)") ?? ""
      // SwiftNIO creates the timer of an event loop when it first needs one.
      if target == "anon_inode:[timerfd]" { return nil as String? }
      return target.hasPrefix("socket:") ? "socket" : target
    }
    return Holdings(
      descriptors: Dictionary(kinds.map { ($0, 1) }, uniquingKeysWith: +),
      memory: pages * sysconf(Int32(_SC_PAGESIZE)) / 1024)
  }

  /// Returns the number of connections. Closed connections that only wait for a time-out (TIME_WAIT) have no
  /// inode.
  private static func connections(port: UInt16) -> Int {
    let suffix = String(format: ":%04X", port)
    return (text("/proc/net/tcp") + text("/proc/net/tcp6")).split(separator: "\n").count { line in
      let columns = line.split(separator: " ")
      return columns.count > 9 && columns[3] != "0A" && columns[9] != "0"
        && (columns[1].hasSuffix(suffix) || columns[2].hasSuffix(suffix))
    }
  }

  /// Returns the limit of the listener's queue, which `TCP_INFO` has as `tcpi_sacked`. It uses hotreload's
  /// descriptor.
  private static func backlog(port: UInt16) -> Int? {
    for name in FileSystem.names(in: "/proc/self/fd") {
      guard let number = CInt(name) else { continue }
      var address = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isOurs = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &size) == 0 }
      }
      var listens: CInt = 0
      size = 4
      getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size)
      guard isOurs, listens == 1, UInt16(bigEndian: address.sin_port) == port else { continue }
      var info = [UInt32](repeating: 0, count: 26)
      size = 104
      getsockopt(number, CInt(IPPROTO_TCP), TCP_INFO, &info, &size)
      return Int(info[7])
    }
    return nil
  }

  private static func text(_ path: String) -> String {
    (try? FileSystem.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
