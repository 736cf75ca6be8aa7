internal import Foundation
internal import Glibc
package import Posix

/// The event file for programs, with one JSON object a line: a file, a FIFO, or another descriptor
/// (`/dev/fd/3`).
///
/// Writing never waits for a reader. Lines without room are left out, and their number is reported later.
package final class EventStream {
  /// The version of the format.
  private static let version = 1
  /// The maximum number of bytes that wait to be written, besides the kernel's buffer.
  private static let limit = 1 << 20

  /// The path as the settings name it.
  package let path: String
  private let project: String
  private let loop: EventLoop
  private let encoder = JSONEncoder()
  private var file: Descriptor
  /// The identity of a regular file, which may be moved away and created again.
  package private(set) var number: FileSystem.FileNumber?
  /// The handler of another ``number``.
  package var renumbered: () -> Void = {}
  private var unsent: [UInt8] = []
  private var room: EventLoop.Token?
  private var lost = 0
  /// Whether the last written byte ended a line.
  private var isAtLineStart = true

  /// Opens the file for appending, and writes the first line of the run. Throws the errno of open(2).
  package init(path: String, project: String, loop: EventLoop) throws(SystemError) {
    (self.path, self.project, self.loop) = (path, project, loop)
    file = try Self.open(path)
    number = FileSystem.FileNumber(path)
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    append(Run(project: project))
  }

  deinit { room.map(loop.forget) }

  /// Writes an event with the current time.
  package func write(_ record: EventRecord) {
    if number != nil, FileSystem.FileNumber(path) != number { reopen() }
    if unsent.count > Self.limit {
      lost += 1
    } else {
      append(Line(record))
    }
  }

  private static func open(_ path: String) throws(SystemError) -> Descriptor {
    switch path {
    case "/dev/stdout": return try inherited(STDOUT_FILENO)
    case "/dev/stderr": return try inherited(STDERR_FILENO)
    default: break
    }
    let flags = O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY
    // Also opened for reading, because a FIFO may not have a reader yet (fifo(7)).
    return try Descriptor.open(
      callersPath(path), flags | (FileSystem.isFIFO(path) ? O_RDWR : O_WRONLY), mode: 0o644)
  }

  /// Returns the descriptor for standard output or error. A pipe or a terminal is opened again, so that it
  /// can be non-blocking without a change for other processes that have it. A regular file is duplicated
  /// instead, because a new open file description would have an offset of its own.
  private static func inherited(_ number: CInt) throws(SystemError) -> Descriptor {
    let path = "/proc/self/fd/\(number)"
    if FileSystem.isFIFO(path) || SharedDescriptor(number).isTerminal,
      let opened = try? Descriptor.open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY)
    {
      return opened
    }
    return try Descriptor.duplicate(of: number)
  }

  /// Returns the path of a descriptor that the user has passed. It is open in the parent process, which the
  /// user has started, and not in this one after its exec.
  private static func callersPath(_ path: String) throws(SystemError) -> String {
    guard path.hasPrefix("/dev/fd/"), let number = CInt(path.dropFirst("/dev/fd/".count)) else { return path }
    let process = "/proc/\(CurrentProcess.parent)"
    guard FileSystem.isInheritable(number, of: CurrentProcess.parent) else {
      throw SystemError("open", path, code: EBADF)
    }
    return "\(process)/fd/\(number)"
  }

  private func reopen() {
    guard let new = try? Self.open(path) else { return }
    file = new
    number = FileSystem.FileNumber(path)
    renumbered()
    isAtLineStart = true
    append(Run(project: project))
  }

  private func append(_ line: some Encodable) {
    guard let text = try? encoder.encode(line) else { return }  // every value can be encoded
    unsent += text + [UInt8(ascii: "\n")]
    send()
  }

  private func send() {
    if !isAtLineStart, room == nil { unsent.insert(UInt8(ascii: "\n"), at: 0) }
    while !unsent.isEmpty {
      let number = file.number
      let count = unsent.withUnsafeBytes { bytes in
        let sent = Glibc.send(number, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT | MSG_NOSIGNAL))
        return sent == -1 && errno == ENOTSOCK ? Glibc.write(number, bytes.baseAddress, bytes.count) : sent
      }
      if count > 0 {
        isAtLineStart = unsent[count - 1] == UInt8(ascii: "\n")
        unsent.removeFirst(count)
      } else if errno == EAGAIN {
        if room == nil { room = try? loop.whenWritable(file) { [unowned self] in send() } }
        return
      } else if errno != EINTR {  // for example ENOSPC
        lost += unsent.count { $0 == UInt8(ascii: "\n") }
        unsent = []
        return
      }
    }
    room.map(loop.forget)
    room = nil
    if lost > 0 {
      var gap = EventRecord("lost")
      gap.count = lost
      lost = 0
      append(Line(gap))
    }
  }

  /// The first line of a run.
  private struct Run: Encodable {
    let event = "run"
    let version = EventStream.version
    let time = now
    let pid = CurrentProcess.parent
    let project: String
  }

  private struct Line: Encodable {
    let time = now
    let record: EventRecord

    init(_ record: EventRecord) { self.record = record }

    enum Key: CodingKey { case time }

    func encode(to encoder: any Encoder) throws {
      try record.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(time, forKey: .time)
    }
  }

  /// The time in seconds since 1970, rounded to microseconds.
  private static var now: Double { (Date().timeIntervalSince1970 * 1_000_000).rounded() / 1_000_000 }
}
