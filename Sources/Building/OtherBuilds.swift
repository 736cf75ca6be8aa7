internal import Glibc
internal import Posix

/// Sees SwiftPM at work that somebody else has started in a scratch directory. Since 6.2 it writes its pid to the file `.lock`
/// there when it has taken its lock, and then runs for tenths of a second at least: long enough to read its environment from
/// `/proc`.
final class OtherBuilds {
  private let scratch: String
  private let directory: FileSystem.Identity
  private let inotify: Descriptor
  private let loop: EventLoop
  private var token: EventLoop.Token?
  /// The session variables of the last one.
  private(set) var last: [String]?

  /// `nil` if the directory cannot be watched (inotify(7) has limits).
  init?(scratch: String, loop: EventLoop) {
    let number = inotify_init1(CInt(IN_NONBLOCK) | CInt(IN_CLOEXEC))
    guard number >= 0 else { return nil }
    inotify = Descriptor(owning: number)
    self.scratch = scratch
    self.loop = loop
    guard let identity = FileSystem.identity(scratch) else { return nil }
    directory = identity
    // SwiftPM writes the file under another name, and renames it.
    guard inotify_add_watch(number, scratch, UInt32(IN_MOVED_TO | IN_ONLYDIR)) >= 0 else { return nil }
    token = try? loop.whenReadable(inotify) { [unowned self] in changed() }
  }

  deinit { token.map(loop.forget) }

  /// Whether this is about what is at that path now.
  func isWatching(_ path: String) -> Bool {
    scratch == path
      && FileSystem.identity(path).map { ($0.device, $0.inode) == (directory.device, directory.inode) }
        == true
  }

  /// Forgets the last one: a build of ours came after it.
  func forget() { last = nil }

  private func changed() {
    // Whichever file it was, the lock says whether there is work.
    while let events = try? inotify.read(), !events.isEmpty {}
    guard let text = try? FileSystem.read(scratch + "/.lock"),
      let pid = CInt(String(decoding: text, as: UTF8.self)), pid != CurrentProcess.identifier,
      ProcessFiles.parent(of: pid) != CurrentProcess.identifier,
      let program = FileSystem.linkTarget("/proc/\(pid)/exe"),
      program.split(separator: "/").last?.hasPrefix("swift") == true,
      let environment = ProcessFiles.environment(of: pid)
    else { return }
    last = SwiftPMEnvironment.session(of: environment)
  }
}
