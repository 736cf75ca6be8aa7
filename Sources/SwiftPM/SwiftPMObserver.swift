internal import Glibc
internal import Posix

/// Observes SwiftPM processes of others in a scratch directory. Since 6.2, SwiftPM writes its pid to `.lock`
/// there when it has taken its lock, and then runs for at least some tenths of a second. In that time its
/// environment is read from proc(5).
final class SwiftPMObserver {
  /// The scratch directory.
  private let scratch: String
  /// The identity of the scratch directory at the start.
  private let directory: FileSystem.Identity
  private let inotify: Descriptor
  private let loop: EventLoop
  private var token: EventLoop.Token?
  /// The session variables of the last other SwiftPM; `nil` if there was none.
  private(set) var last: [String]?

  /// Starts to watch a scratch directory. Returns `nil` if it does not exist or cannot be watched
  /// (inotify(7)).
  init?(scratch: String, loop: EventLoop) {
    let number = inotify_init1(CInt(IN_NONBLOCK) | CInt(IN_CLOEXEC))
    guard number >= 0 else { return nil }
    inotify = Descriptor(owning: number)
    self.scratch = scratch
    self.loop = loop
    guard let identity = FileSystem.identity(scratch) else { return nil }
    directory = identity
    // SwiftPM writes the file under another name and renames it.
    guard inotify_add_watch(number, scratch, UInt32(IN_MOVED_TO | IN_ONLYDIR)) >= 0 else { return nil }
    token = try? loop.whenReadable(inotify) { [unowned self] in changed() }
  }

  deinit { token.map(loop.forget) }

  /// Returns whether `path` is still the directory that is watched.
  func isWatching(_ path: String) -> Bool {
    scratch == path
      && FileSystem.identity(path).map { ($0.device, $0.inode) == (directory.device, directory.inode) }
        == true
  }

  /// Forgets the last other SwiftPM, because hotreload has built after it.
  func forget() { last = nil }

  /// Reads `.lock`, and the environment of the process that holds it.
  private func changed() {
    // The events do not matter. The lock file shows whether there is another SwiftPM.
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
