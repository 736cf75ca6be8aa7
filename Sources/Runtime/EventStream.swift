internal import Console
internal import FileWatching
internal import Foundation
internal import Glibc
internal import Posix

/// Where programs read what happens: a file, a FIFO, or another descriptor (`/dev/fd/3`), with an object of JSON a line.
///
/// Nobody waits for a reader that does not read: what there is no room for is left out, and how much that was is said.
final class EventStream {
  /// The version of what is in the lines.
  private static let version = 1
  /// In bytes: how much may wait to be read, besides what the kernel keeps.
  private static let limit = 1 << 20

  /// The file's path.
  let path: String
  private let file: Descriptor
  private let loop: EventLoop
  private let encoder = JSONEncoder()
  private var unsent: [UInt8] = []
  private var room: EventLoop.Token?
  private var lost = 0

  /// Opens it, to write at its end, and says which run it is. Throws the errno with the path.
  init(path: String, project: String, loop: EventLoop) throws(SystemError) {
    self.path = path
    self.loop = loop
    // To read, too: nobody may read a FIFO yet (fifo(7)).
    file = try Descriptor.open(path, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK, mode: 0o644)
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    append(Run(project: project))
  }

  deinit { room.map(loop.forget) }

  /// Writes what has happened just now.
  func write(_ record: EventRecord) {
    if unsent.count > Self.limit {
      lost += 1
      return
    }
    if lost > 0 {
      var gap = EventRecord("lost")
      gap.count = lost
      append(Line(gap))
      lost = 0
    }
    append(Line(record))
  }

  private func append(_ line: some Encodable) {
    guard let text = try? encoder.encode(line) else { return }  // nothing in it cannot be
    unsent += text + [UInt8(ascii: "\n")]
    send()
  }

  private func send() {
    while !unsent.isEmpty {
      let number = file.number
      let count = unsent.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      if count >= 0 {
        unsent.removeFirst(count)
      } else if errno == EAGAIN {
        if room == nil { room = try? loop.whenWritable(file) { [unowned self] in send() } }
        return
      } else if errno != EINTR {
        unsent = []  // no space left on the device, say
      }
    }
    room.map(loop.forget)
    room = nil
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

  /// In seconds since 1970, to the millisecond.
  private static var now: Double { (Date().timeIntervalSince1970 * 1000).rounded() / 1000 }
}

/// The file itself, of which no growth is a save.
struct ThisFile: PathPattern {
  private let path: String

  /// `root` is that of the rules.
  init(_ path: String, root: String) {
    self.path = path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
  }

  func matches(_ path: String) -> Bool { path == self.path }

  func matchesAll(in directory: String) -> Bool { false }
}
