internal import Posix

/// The way in which a process waits for connections, as far as the kernel shows it (proc(5)).
enum WayOfAccepting {
  case epoll, accept
  /// The process has an io_uring, and may accept with it.
  case ring

  /// Finds the way in which process `pid` waits on the socket `inode`. `nil` if there is no sign of one, or
  /// if the process is stopped, for example by a debugger.
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

  /// The verb phrase for a sentence that begins with "it".
  var call: String {
    switch self {
    case .epoll: "calls epoll_ctl"
    case .accept: "calls accept"
    case .ring: "uses io_uring"
    }
  }

  /// Returns whether a process is stopped. `status` is its file `stat`, in which the state follows the name.
  /// The name may contain any byte.
  static func isStopped(_ status: String) -> Bool {
    guard let end = status.lastIndex(of: ")") else { return false }
    return ["T", "t"].contains(status[end...].dropFirst(2).prefix(1))
  }

  /// Returns the descriptors that are registered in an epoll instance: the lines `tfd:` of its `fdinfo`.
  static func epolled(_ information: String) -> Set<String> {
    Set(
      information.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        return words.first == "tfd:" && words.count > 1 ? String(words[1]) : nil
      })
  }

  /// Returns the descriptor from which a thread is accepting; `nil` if it is not. `call` is its file
  /// `syscall`.
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
