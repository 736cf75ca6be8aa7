internal import CPosix
internal import Glibc

extension FileSystem {
  /// Whether code in the file can be run, as the dynamic linker does it (`mmap(2)`): a file system that is mounted with
  /// `noexec` refuses.
  package static func canMapCode(_ path: String) -> Bool {
    guard let file = try? Descriptor.open(path, O_RDONLY) else { return false }
    return cposix_map_code(file.number) == 0
  }

  /// Copies the file into memory that lasts as long as this process (`memfd_create(2)`); returns the path by which this user's
  /// processes open it.
  package static func copyToMemory(_ path: String) throws(SystemError) -> String {
    let bytes = try read(path)
    let memory = Descriptor(owning: try check("memfd_create", path) { cposix_memory_file("hotreload") })
    let number = memory.number
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try check("write", path) {
        rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      }
      rest = rest.dropFirst(count)
    }
    return "/proc/\(CurrentProcess.identifier)/fd/\(memory.release())"
  }
}
