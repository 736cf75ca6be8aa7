internal import CPosix
internal import Glibc

/// A file descriptor with one owner. It is closed when the owner goes out of scope.
package struct Descriptor: ~Copyable {
  /// The number of the descriptor, valid as long as this value exists.
  package let number: CInt

  /// Takes over a descriptor that nothing else closes.
  package init(owning number: CInt) {
    precondition(number >= 0)
    self.number = number
  }

  deinit { close(number) }

  /// Gives the number away without closing it. The caller closes it.
  package consuming func release() -> CInt {
    let number = number
    discard self
    return number
  }

  /// Returns a second descriptor of the same open file description (`F_DUPFD_CLOEXEC` of fcntl(2)). Throws
  /// its errno.
  package func duplicate() throws(SystemError) -> Descriptor { try Self.duplicate(of: number) }

  /// Returns a duplicate of a descriptor that has another owner (`F_DUPFD_CLOEXEC` of fcntl(2)). Throws its
  /// errno.
  package static func duplicate(of number: CInt) throws(SystemError) -> Descriptor {
    Descriptor(owning: try check("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, 3) })
  }

  /// Opens a file (open(2) with `O_CLOEXEC`). Throws the errno with the path.
  package static func open(_ path: String, _ flags: CInt, mode: UInt32 = 0o600) throws(SystemError)
    -> Descriptor
  {
    Descriptor(owning: try check("open", path) { Glibc.open(path, flags | O_CLOEXEC, mode) })
  }

  /// Creates a file in memory (memfd_create(2)), which `/proc` shows as `name`. Throws its errno.
  package static func inMemory(_ name: String) throws(SystemError) -> Descriptor {
    Descriptor(owning: try check("memfd_create") { cposix_memory_file(name) })
  }

  /// Reads at most 64 KiB (read(2)). Returns `nil` if a non-blocking descriptor has nothing now, and an empty
  /// array at the end of the file.
  package func read() throws(SystemError) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let number = number
    do throws(SystemError) {
      let count = try check("read") { Glibc.read(number, &buffer, buffer.count) }
      return Array(buffer.prefix(count))
    } catch  where error.code == EAGAIN {
      return nil
    }
  }

  /// Reads at most `count` bytes from `offset` on (pread(2)), fewer if the file ends before. Throws its
  /// errno.
  package func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
    let number = number
    var result: [UInt8] = []
    while result.count < count {
      var part = [UInt8](repeating: 0, count: count - result.count)
      let got = try check("pread") { pread(number, &part, part.count, offset + result.count) }
      if got == 0 { break }
      result += part.prefix(got)
    }
    return result
  }

  /// Writes all of `text` (write(2)). Throws its errno.
  package func write(_ text: String) throws(SystemError) {
    var rest = Array(text.utf8)[...]
    let number = number
    while !rest.isEmpty {
      let count = try check("write") {
        rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      }
      rest = rest.dropFirst(count)
    }
  }
}
