import Foundation
import Interposer
import Testing

@Suite("What keeps a program from being preloaded")
struct PreloadBlockerTests {
  private let shell = [UInt8]((try? Data(contentsOf: URL(filePath: "/bin/sh"))) ?? Data())

  /// Returns the bytes of the shell with another entry for the dynamic linker.
  private func altered(_ changed: (inout [UInt8], _ header: Int) -> Void) throws -> [UInt8] {
    var bytes = shell
    let header = try #require(stride(from: 64, to: 2048, by: 56).first { bytes[$0] == 3 })
    changed(&bytes, header)
    return bytes
  }

  @Test("nothing, in a program of this system")
  func nothing() {
    #expect(PreloadBlocker(elf: shell) == nil)
    #expect(PreloadBlocker(in: "/bin/sh") == nil)
  }

  @Test("its being linked statically")
  func linkedStatically() throws {
    #expect(PreloadBlocker(elf: try altered { $0[$1] = 0 }) == .linkedStatically)
  }

  @Test("another C library")
  func otherLibrary() throws {
    let musl = try altered { bytes, header in
      let path = Int(bytes[header + 8]) + Int(bytes[header + 9]) << 8
      bytes.replaceSubrange(path..<path + 13, with: "/lib/ld-musl-".utf8)
    }
    guard case .otherLibrary? = PreloadBlocker(elf: musl) else {
      Issue.record("\(String(describing: PreloadBlocker(elf: musl)))")
      return
    }
  }

  @Test("rights of another user")
  func privileged() throws {
    let path = NSTemporaryDirectory() + "/privileged-\(UUID().uuidString.prefix(8))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(shell).write(to: URL(filePath: path))
    #expect(chmod(path, 0o4755) == 0)
    #expect(PreloadBlocker(in: path) == .privileged)
  }

  @Test("nothing, in what is no program, or cut")
  func noProgram() {
    #expect(PreloadBlocker(in: "/etc/passwd") == nil)
    #expect(PreloadBlocker(in: "/nothing") == nil)
    for count in 0..<400 { #expect(PreloadBlocker(elf: Array(shell.prefix(count))) == nil) }
  }
}
