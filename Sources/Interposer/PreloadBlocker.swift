internal import Glibc
internal import Posix

/// The reason why nothing can be preloaded into a program, so that its listeners cannot be handed over.
package enum PreloadBlocker: Equatable, CustomStringConvertible, Sendable {
  /// The program has no dynamic linker (`PT_INTERP`, `elf(5)`).
  case linkedStatically
  /// The program's dynamic linker, whose path this is, belongs to another C library.
  case otherLibrary(String)
  /// The program starts with the rights of another user or group, so that `LD_PRELOAD` is ignored
  /// (`ld.so(8)`).
  case privileged

  package var description: String {
    switch self {
    case .linkedStatically: "it is linked statically; link it dynamically"
    case .otherLibrary(let linker): "it is linked against a C library other than glibc, with \(linker)"
    case .privileged: "it has the set-user-ID or set-group-ID bit; remove it with 'chmod ug-s'"
    }
  }

  /// Creates the blocker of the program at `path`. `nil` if there is none, or if the file is no ELF file,
  /// such as a script.
  package init?(in path: String) {
    guard let head = try? Descriptor.open(path, O_RDONLY).read() else { return nil }
    if FileSystem.isPrivileged(path) {
      self = .privileged
    } else if let blocker = PreloadBlocker(elf: head) {
      self = blocker
    } else {
      return nil
    }
  }

  /// Creates the blocker of a program from the beginning of its 64-bit little-endian ELF file (`elf(5)`).
  /// `nil` if there is none.
  package init?(elf head: [UInt8]) {
    guard head.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]), let table = head.number(at: 32, bytes: 8),
      let size = head.number(at: 54, bytes: 2), let count = head.number(at: 56, bytes: 2)
    else { return nil }
    let headers = (0..<count).map { table + $0 * size }
    guard headers.allSatisfy({ head.number(at: $0, bytes: 4) != nil }) else { return nil }
    guard let interpreter = headers.first(where: { head.number(at: $0, bytes: 4) == 3 }) else {
      self = .linkedStatically
      return
    }
    guard let start = head.number(at: interpreter + 8, bytes: 8),
      let length = head.number(at: interpreter + 32, bytes: 8), length > 0, start + length <= head.count
    else { return nil }
    let linker = String(decoding: head[start..<start + length - 1], as: UTF8.self)
    guard linker.contains("musl") else { return nil }
    self = .otherLibrary(linker)
  }
}

extension [UInt8] {
  /// Returns a little-endian number. `nil` if it lies beyond the end, or is 2^40 or larger.
  fileprivate func number(at offset: Int, bytes: Int) -> Int? {
    guard offset >= 0, offset + bytes <= count else { return nil }
    let value = self[offset..<offset + bytes].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return value < 1 << 40 ? Int(value) : nil
  }
}
