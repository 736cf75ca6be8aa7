import Foundation
import Interposer
import Posix
import Testing

@Suite("The source of the interposer")
struct InterposerSourceTests {
  /// The directory of the source in the repository.
  private static let root = URL(filePath: #filePath)
    .appending(path: "../../../Sources/Interposer/Preloaded").standardized.path

  @Test("is embedded whole: every file is in Interposer.sources")
  func isComplete() throws {
    let files = try FileManager.default.subpathsOfDirectory(atPath: Self.root)
      .filter { $0.hasSuffix(".c") || $0.hasSuffix(".h") }
    #expect(Interposer.sources.map(\.path).sorted() == files.sorted())
    for source in Interposer.sources {
      #expect(FileManager.default.contents(atPath: "\(Self.root)/\(source.path)") == Data(source.bytes))
      #expect(Interposer.floors.contains { source.path.hasPrefix($0 + "/") })
    }
  }

  /// The compilers with which servers' machines may compile it, and their options.
  private static let compilers: [[String]] =
    [Interposer.findCompiler().map { [$0] }].compactMap { $0 }
    // glibc declares that poll(2) only writes what it also reads.
    + [CurrentProcess.find("gcc").map { [$0, "-Wno-maybe-uninitialized"] }].compactMap { $0 }

  @Test("compiles without warnings, as it does where hotreload runs", arguments: compilers)
  func hasNoWarnings(_ compiler: [String]) throws {
    let source = try InterposerSource()
    defer { source.remove() }
    let output = try source.compile(
      with: compiler[0], Interposer.flags + ["-Wall", "-Wextra", "-Werror"] + compiler.dropFirst())
    #expect(output == "")
  }

  @Test("exports every function of wrapped.h")
  func exportsWrapped() throws {
    let source = try InterposerSource()
    defer { source.remove() }
    #expect(try source.compile(with: Interposer.findCompiler(), Interposer.flags) == "")
    let exported = try globalSymbols(of: source.directory + "/interposer.so").filter(\.isDefined).map(\.name)
    let list = try #require(Interposer.sources.first { $0.path == "base/wrapped.h" })
    let names = String(decoding: list.bytes, as: UTF8.self)
      .matches(of: /WRAPPED\([^,]+, (\w+),/).map { String($0.1) }
    #expect(names.count > 50)
    #expect(Set(names).subtracting(exported) == [])
  }
}
