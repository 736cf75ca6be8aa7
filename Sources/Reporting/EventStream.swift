internal import Foundation
internal import Glibc
package import Posix

/// Where programs read what happens: a file, a FIFO, or another descriptor (`/dev/fd/3`), with an object of JSON a line.
///
/// Nobody waits for a reader that does not read: what there is no room for is left out, and how much that was is said.
package final class EventStream {
  /// The version of what is in the lines.
  private static let version = 1
  /// In bytes: how much may wait to be read, besides what the kernel keeps.
  private static let limit = 1 << 20

  /// As the settings name it.
  package let path: String
  private let project: String
  private let loop: EventLoop
  private let encoder = JSONEncoder()
  private var file: Descriptor
  /// Of a regular file, which may be moved away and made anew.
  private var number: FileSystem.FileNumber?
  private var unsent: [UInt8] = []
  private var room: EventLoop.Token?
  private var lost = 0
  /// The last byte that was written ends a line.
  private var isAtLineStart = true

  /// Opens it, to write at its end, and says which run it is. Throws the errno.
  package init(path: String, project: String, loop: EventLoop) throws(SystemError) {
    (self.path, self.project, self.loop) = (path, project, loop)
    file = try Self.open(path)
    number = FileSystem.FileNumber(path)
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    append(Run(project: project))
  }

  deinit { room.map(loop.forget) }

  /// Writes what has happened just now.
  package func write(_ record: EventRecord) {
    if number != nil, FileSystem.FileNumber(path) != number { reopen() }
    if unsent.count > Self.limit {
      lost += 1
    } else {
      append(Line(record))
    }
  }

  /// Whether this is the file, by whatever name.
  package func isFile(_ path: String) -> Bool { number != nil && FileSystem.FileNumber(path) == number }

  private static func open(_ path: String) throws(SystemError) -> Descriptor {
    switch path {
    case "/dev/stdout": return try inherited(STDOUT_FILENO)
    case "/dev/stderr": return try inherited(STDERR_FILENO)
    default: break
    }
    let flags = O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY
    // To read, too: nobody may read a FIFO yet (fifo(7)).
    return try Descriptor.open(
      callersPath(path), flags | (FileSystem.isFIFO(path) ? O_RDWR : O_WRONLY), mode: 0o644)
  }

  /// A pipe or a terminal is opened anew, so that writing does not wait, and nobody else who has it finds it changed. Another
  /// description of a file would have an offset of its own.
  private static func inherited(_ number: CInt) throws(SystemError) -> Descriptor {
    let path = "/proc/self/fd/\(number)"
    if FileSystem.isFIFO(path) || SharedDescriptor(number).isTerminal,
      let opened = try? Descriptor.open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY)
    {
      return opened
    }
    return try Descriptor.duplicate(of: number)
  }

  /// The user's descriptors are those of the process that was started; its own end with an exec.
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
    isAtLineStart = true
    append(Run(project: project))
  }

  private func append(_ line: some Encodable) {
    guard let text = try? encoder.encode(line) else { return }  // nothing in it cannot be
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
      } else if errno != EINTR {  // no space left on the device, say
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

  /// In seconds since 1970, to the microsecond.
  private static var now: Double { (Date().timeIntervalSince1970 * 1_000_000).rounded() / 1_000_000 }
}
