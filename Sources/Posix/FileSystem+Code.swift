internal import CPosix
internal import Glibc

extension FileSystem {
  /// Returns whether code in the file can be mapped as the dynamic linker maps it (mmap(2) with `PROT_EXEC`).
  /// A file system that is mounted with `noexec` refuses it.
  package static func canMapCode(_ path: String) -> Bool {
    guard let file = try? Descriptor.open(path, O_RDONLY) else { return false }
    return cposix_map_code(file.number) == 0
  }

  /// Copies the file into memory (memfd_create(2)), and returns a path by which processes of this user can
  /// open it. The memory lasts as long as this process. Throws the errno with the path.
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
