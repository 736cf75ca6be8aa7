internal import Glibc

/// An event of inotify(7), a `struct inotify_event`.
struct InotifyEvent: Equatable {
  /// The number of the watch, or -1 for an overflow of the queue.
  let watch: Int32
  /// The kind of the event, a set of `IN_…` bits.
  let mask: UInt32

  /// The name of the entry in the watched directory. Empty for an event of the directory itself.
  let name: String

  /// Returns whether the event has one of the bits.
  func has(_ flags: UInt32) -> Bool {
    mask & flags != 0
  }

  /// Parses the bytes of read(2). Each event is a header of 16 bytes, followed by `len` bytes with the name
  /// and padding zeros. Events for names that are not UTF-8 are skipped, as in
  /// ``OpenDirectory/forEach(_:_:)``.
  static func all(in bytes: UnsafeRawBufferPointer) -> [InotifyEvent] {
    let header = MemoryLayout<inotify_event>.size
    var events: [InotifyEvent] = []
    var offset = 0
    while offset + header <= bytes.count {
      let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
      let end = min(offset + header + Int(event.len), bytes.count)
      let name = bytes[(offset + header)..<end].prefix { $0 != 0 }
      if let name = String(validating: name, as: UTF8.self) {
        events.append(InotifyEvent(watch: event.wd, mask: event.mask, name: name))
      }
      offset = end
    }
    return events
  }
}

/// Sets of event bits for watches.
enum InotifyMask {
  /// The directory itself was moved or deleted.
  static let itself = UInt32(IN_MOVE_SELF | IN_DELETE_SELF)

  /// A name has come into the directory or gone from it.
  static let names = UInt32(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)

  /// All events of a directory with files of interest. IN_EXCL_UNLINK excludes writes to files that were
  /// deleted.
  static let contents = itself | names | UInt32(IN_CLOSE_WRITE | IN_EXCL_UNLINK)
}
