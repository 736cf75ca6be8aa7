internal import FastPathLink
internal import Glibc
internal import Posix

extension ElfFile {
  /// The descriptor of a file, open for as long as it is read from.
  private final class OpenFile: @unchecked Sendable {
    let descriptor: Descriptor
    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    func read(_ offset: Int, _ count: Int) -> [UInt8]? {
      let number = descriptor.number
      return [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
        while done < count {
          let got = pread(number, buffer.baseAddress.map { $0 + done }, count - done, offset + done)
          if got == -1, errno == EINTR { continue }
          if got <= 0 { break }
          done += got
        }
      }
    }
  }

  /// Opens the file at a path. `nil` if it is not an ELF file.
  init?(path: String) {
    guard let size = FileSystem.identity(path)?.size, let file = try? Descriptor.open(path, O_RDONLY) else {
      return nil
    }
    let open = OpenFile(file)
    self.init(size: Int(size), read: open.read)
  }
}
