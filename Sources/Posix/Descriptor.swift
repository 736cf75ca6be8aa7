internal import CPosix
internal import Glibc

/// A file descriptor with one owner, closed when the owner lets it go.
package struct Descriptor: ~Copyable {
  /// The number. Valid as long as this value is.
  package let number: CInt

  /// Takes over a descriptor that nobody else will close.
  package init(owning number: CInt) {
    precondition(number >= 0)
    self.number = number
  }

  deinit { close(number) }

  /// Gives the number away: whoever takes it closes it.
  package consuming func release() -> CInt {
    let number = number
    discard self
    return number
  }

  /// A second descriptor of the same description (`F_DUPFD_CLOEXEC`).
  package func duplicate() throws(SystemError) -> Descriptor { try Self.duplicate(of: number) }

  /// As above, for a descriptor that somebody else owns.
  package static func duplicate(of number: CInt) throws(SystemError) -> Descriptor {
    Descriptor(owning: try check("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, 3) })
  }

  /// `open(2)` with `O_CLOEXEC`. Throws the errno with the path.
  package static func open(_ path: String, _ flags: CInt, mode: UInt32 = 0o600) throws(SystemError)
    -> Descriptor
  {
    Descriptor(owning: try check("open", path) { Glibc.open(path, flags | O_CLOEXEC, mode) })
  }

  /// A file without a name, in memory (`memfd_create(2)`); `name` is what `/proc` calls it.
  package static func inMemory(_ name: String) throws(SystemError) -> Descriptor {
    Descriptor(owning: try check("memfd_create") { cposix_memory_file(name) })
  }

  /// Reads what is there, at most 64 KiB: nil where a non-blocking descriptor has nothing now, empty at the end.
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

  /// Reads at most `count` bytes from `offset` on (`pread(2)`): fewer where the file ends.
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

  /// Writes all of `text` (`write(2)`).
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
