internal import Glibc
internal import Handoff
package import Posix

/// A process that outlives a killed hotreload for a moment, to clear away what it left: the groups of its servers, and
/// its runtime directory.
///
/// The kernel kills the servers themselves (PR_SET_PDEATHSIG), but not what they have started.
final class Guard {
  private let writing: Descriptor
  private let pid: CInt

  /// Starts it: this program again, with the hidden command `guard`.
  init(directory: String) throws(SystemError) {
    let pipe = try Pipe()
    let command = Command(
      path: "/proc/self/exe", arguments: ["hotreload", "guard"], environment: CurrentProcess.environment,
      directory: "/", parentDeathSignal: 0)
    pid = try command.start(input: pipe.reading.number, output: STDOUT_FILENO, error: STDERR_FILENO)
    writing = try pipe.writing.duplicate()
    try writing.write("directory \(directory)\n")
  }

  /// A process group is ours.
  func add(group: CInt) { try? writing.write("group \(group)\n") }

  /// It has ended.
  func remove(group: CInt) { try? writing.write("gone \(group)\n") }

  /// All has been cleared away: the guard ends.
  func dismiss() {
    try? writing.write("dismissed\n")
    var status: CInt = 0
    waitpid(pid, &status, 0)
  }
}

/// What the guard does: waits for the end of file that a killed hotreload leaves.
package func runGuard() throws(SystemError) {
  for signal in [SIGINT, SIGTERM, SIGHUP] { Glibc.signal(signal, SIG_IGN) }
  let loop = try EventLoop()
  let input = Descriptor(owning: STDIN_FILENO)
  var directory: String?
  var groups: Set<CInt> = []
  var text = ""
  let number = input.number
  _ = try loop.whenReadable(number: number) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(number, &buffer, buffer.count)
    if count <= 0 { return loop.stop() }
    text += String(decoding: buffer.prefix(count), as: UTF8.self)
    while let end = text.firstIndex(of: "\n") {
      let words = text[..<end].split(separator: " ", maxSplits: 1).map(String.init)
      text.removeSubrange(...end)
      switch (words.first, words.last) {
      case ("directory", let path): directory = path
      case ("group", let group): if let group = group.flatMap({ CInt($0) }) { groups.insert(group) }
      case ("gone", let group): if let group = group.flatMap({ CInt($0) }) { groups.remove(group) }
      case ("dismissed", _):
        groups = []
        directory = nil
        loop.stop()
      default: break
      }
    }
  }
  try loop.run()
  for group in groups { kill(-group, SIGKILL) }
  if let directory { RuntimeDirectory.remove(directory) }
}
