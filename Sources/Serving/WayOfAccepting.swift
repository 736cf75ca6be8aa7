internal import Posix

/// How a process waits for connections, as far as the kernel tells (proc(5)).
enum WayOfAccepting {
  case epoll, accept
  /// It has a ring, and may use it for that.
  case ring

  /// `inode`: of the socket. `nil` if there is no sign of any way, or the process is stopped, by a debugger say.
  init?(from inode: UInt64, by pid: CInt) {
    let directory = "/proc/\(pid)"
    if Self.isStopped(Self.text(directory + "/stat")) { return nil }
    let targets = FileSystem.names(in: directory + "/fd").compactMap { number in
      FileSystem.linkTarget("\(directory)/fd/\(number)").map { (number, $0) }
    }
    let sockets = Set(targets.filter { $0.1 == "socket:[\(inode)]" }.map(\.0))
    let instances = targets.filter { $0.1 == "anon_inode:[eventpoll]" }.map(\.0)
    let calls = FileSystem.names(in: directory + "/task").map { Self.text("\(directory)/task/\($0)/syscall") }
    if instances.contains(where: {
      !Self.epolled(Self.text("\(directory)/fdinfo/\($0)")).isDisjoint(with: sockets)
    }) {
      self = .epoll
    } else if calls.contains(where: { Self.accepted($0).map(sockets.contains) == true }) {
      self = .accept
    } else if targets.contains(where: { $0.1 == "anon_inode:[io_uring]" }) {
      self = .ring
    } else {
      return nil
    }
  }

  /// What it does, after "it".
  var call: String {
    switch self {
    case .epoll: "calls epoll_ctl"
    case .accept: "calls accept"
    case .ring: "uses io_uring"
    }
  }

  /// Whether a process is, of its file `stat`: its state follows the name, in which there may be anything.
  static func isStopped(_ status: String) -> Bool {
    guard let end = status.lastIndex(of: ")") else { return false }
    return ["T", "t"].contains(status[end...].dropFirst(2).prefix(1))
  }

  /// The descriptors that are registered in an epoll instance: the lines `tfd:` of its `fdinfo`.
  static func epolled(_ information: String) -> Set<String> {
    Set(
      information.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        return words.first == "tfd:" && words.count > 1 ? String(words[1]) : nil
      })
  }

  /// The descriptor that a thread is accepting from, of its file `syscall`.
  static func accepted(_ call: String) -> String? {
    let words = call.split(separator: " ")
    guard words.count > 1, acceptCalls.contains(String(words[0])), words[1].hasPrefix("0x"),
      let number = Int(words[1].dropFirst(2), radix: 16)
    else { return nil }
    return "\(number)"
  }

  /// The numbers of accept(2) and accept4(2).
  #if arch(x86_64)
    private static let acceptCalls: Set<String> = ["43", "288"]
  #else
    private static let acceptCalls: Set<String> = ["202", "242"]
  #endif

  private static func text(_ path: String) -> String {
    String(decoding: (try? FileSystem.read(path)) ?? [], as: UTF8.self)
  }
}
