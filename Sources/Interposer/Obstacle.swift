internal import Glibc
internal import Posix

/// Why nothing can be preloaded into a program: its listeners cannot be handed over then.
package enum Obstacle: Equatable, CustomStringConvertible, Sendable {
  /// It has no dynamic linker (ELF's `PT_INTERP`).
  case linkedStatically
  /// Its dynamic linker is another C library's.
  case otherLibrary(String)
  /// It gets the rights of another user or group when it is started; `LD_PRELOAD` is ignored then (ld.so(8)).
  case privileged

  package var description: String {
    switch self {
    case .linkedStatically: "it is linked statically; link it dynamically"
    case .otherLibrary(let linker): "it is linked for another C library than glibc, with \(linker)"
    case .privileged: "it has the set-user-ID or set-group-ID bit; take that away with 'chmod ug-s'"
    }
  }

  /// What is in the way in the program at `path`; nil for nothing, and for what is no ELF file: a script, say.
  package init?(in path: String) {
    guard let head = try? Descriptor.open(path, O_RDONLY).read() else { return nil }
    if FileSystem.isPrivileged(path) {
      self = .privileged
    } else if let obstacle = Obstacle(elf: head) {
      self = obstacle
    } else {
      return nil
    }
  }

  /// Reads the beginning of a 64-bit little-endian ELF file (elf(5)).
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
  /// A little-endian number, or nil beyond the end, or when it is absurd.
  fileprivate func number(at offset: Int, bytes: Int) -> Int? {
    guard offset >= 0, offset + bytes <= count else { return nil }
    let value = self[offset..<offset + bytes].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return value < 1 << 40 ? Int(value) : nil
  }
}
