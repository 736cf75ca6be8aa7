internal import Glibc

/// One `struct inotify_event`, inotify(7).
struct InotifyEvent: Equatable {
  /// The watch that it is about; -1 for an overflow.
  let watch: Int32
  let mask: UInt32

  /// The entry of the watched directory that it is about; empty if it is about the directory itself.
  let name: String

  func has(_ flags: UInt32) -> Bool {
    mask & flags != 0
  }

  /// The events in what read(2) has put into `bytes`. Each is a header of 16 bytes, then `len` bytes that hold
  /// the name, padded with zeros. Those of a name that is not UTF-8 are left out, as in ``OpenDirectory/forEach(_:_:)``.
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

/// Sets of event bits.
enum InotifyMask {
  /// That the directory itself is somewhere else or nowhere.
  static let itself = UInt32(IN_MOVE_SELF | IN_DELETE_SELF)

  /// That a name has come into, or gone out of, the directory.
  static let names = UInt32(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)

  /// Everything to know of a directory with files of interest. IN_EXCL_UNLINK: a deleted file that somebody
  /// still writes to is no longer our concern.
  static let contents = itself | names | UInt32(IN_CLOSE_WRITE | IN_EXCL_UNLINK)
}
