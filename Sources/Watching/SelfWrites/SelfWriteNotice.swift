package import Posix

/// A notice of a self-write that the preloaded library has sent. Pure.
package enum SelfWriteNotice: Equatable, Sendable {
  /// A server has closed, linked or moved the file, which is in this state.
  case wrote(String, FileSystem.Identity)
  /// A server is about to create a symbolic link.
  case made(String)
  /// A server is about to remove the file.
  case removed(String)
  /// A server has not removed the file.
  case kept(String)
  /// A server that exits has the file open for writing.
  case open(FileSystem.FileNumber)

  /// Parses a datagram. `nil` if it is not of the protocol.
  package init?(_ text: String) {
    guard let blank = text.firstIndex(of: " ") else { return nil }
    let rest = text[text.index(after: blank)...]
    switch text[..<blank] {
    case "wrote":
      let words = rest.split(separator: " ", maxSplits: 4)
      guard words.count == 5, let device = UInt64(words[0]), let inode = UInt64(words[1]),
        let size = Int64(words[2]), let modified = Int64(words[3])
      else { return nil }
      self = .wrote(
        String(words[4]), FileSystem.Identity(device: device, inode: inode, size: size, modified: modified))
    case "made": self = .made(String(rest))
    case "removed": self = .removed(String(rest))
    case "kept": self = .kept(String(rest))
    case "open":
      let words = rest.split(separator: " ")
      guard words.count == 2, let device = UInt64(words[0]), let inode = UInt64(words[1]) else { return nil }
      self = .open(FileSystem.FileNumber(device: device, inode: inode))
    default: return nil
    }
  }
}
