internal import Glibc
internal import LibraryInterface

/// Memory that can be given to another process, and that nobody can change any more: `memfd_create(2)` with
/// all seals of `fcntl(2)`.
struct SealedMemory: ~Copyable {
  /// The reason why there is no sealed memory.
  enum Failure: Error, Equatable, CustomStringConvertible {
    case system(call: String, code: CInt)
    case tooLarge(Int)
    case notSealed

    var description: String {
      switch self {
      case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
      case .tooLarge(let size): "\(size) bytes exceed the limit of \(SealedMemory.sizeLimit) bytes"
      case .notSealed: "another process can still change it"
      }
    }
  }

  /// The largest state that is carried over, in bytes.
  static let sizeLimit = LibraryInterface.stateSizeLimit

  /// The descriptor, which is closed with this value.
  let descriptor: CInt

  /// Creates sealed memory that holds the parts one after another. Throws ``Failure``.
  init(name: String, _ parts: [UInt8]...) throws(Failure) {
    let size = parts.reduce(0) { $0 + $1.count }
    guard size <= Self.sizeLimit else { throw .tooLarge(size) }
    guard let symbol = dlsym(nil, "memfd_create") else { throw .system(call: "memfd_create", code: ENOSYS) }
    let descriptor = unsafeBitCast(symbol, to: MemfdCreate.self)(name, Linux.closeOnExec | Linux.allowSealing)
    guard descriptor != -1 else { throw .system(call: "memfd_create", code: errno) }
    do throws(Failure) {
      for part in parts { try Self.write(part, to: descriptor) }
      guard fcntl(descriptor, Linux.addSeals, Linux.allSeals) == 0 else {
        throw .system(call: "fcntl(F_ADD_SEALS)", code: errno)
      }
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Returns the contents of another process's memory, which must be sealed and at most ``sizeLimit`` bytes.
  /// The caller keeps the descriptor. Throws ``Failure``.
  static func contents(of descriptor: CInt) throws(Failure) -> [UInt8] {
    let seals = fcntl(descriptor, Linux.getSeals)  // -1 for a file that cannot have seals
    guard seals != -1, seals & Linux.allSeals == Linux.allSeals else { throw .notSealed }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(call: "fstat", code: errno) }
    let size = Int(status.st_size)
    guard size <= sizeLimit else { throw .tooLarge(size) }
    var failure: CInt = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      // pread(2), because the other process shares the file position.
      while count < size {
        let read = pread(descriptor, buffer.baseAddress.map { $0 + count }, size - count, off_t(count))
        if read == -1, errno == EINTR { continue }
        guard read > 0 else {
          failure = read == 0 ? EIO : errno
          return
        }
        count += read
      }
    }
    guard failure == 0 else { throw .system(call: "pread", code: failure) }
    return bytes
  }

  /// Writes all bytes (`write(2)`).
  private static func write(_ bytes: [UInt8], to descriptor: CInt) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count == -1, errno == EINTR { continue }
      guard count > 0 else { throw .system(call: "write", code: errno) }
      rest = rest.dropFirst(count)
    }
  }

  /// The type of `memfd_create(2)`.
  private typealias MemfdCreate = @convention(c) (UnsafePointer<CChar>, CUnsignedInt) -> CInt

  /// The constants of `<linux/memfd.h>` and `<linux/fcntl.h>`, which Swift does not import.
  enum Linux {
    static let closeOnExec: CUnsignedInt = 1
    static let allowSealing: CUnsignedInt = 2
    static let addSeals: CInt = 1033
    static let getSeals: CInt = 1034
    static let allSeals: CInt = 0xf  // SEAL, SHRINK, GROW, WRITE
  }
}
