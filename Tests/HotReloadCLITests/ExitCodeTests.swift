import Glibc
import Posix
import Testing
import WatchingTestSupport

/// The program as it is built, for what the process itself does.
@Suite("The exit code")
struct ExitCodeTests {
  private let directory = TemporaryDirectory()

  /// The program is beside the library, or program, that these tests were linked into.
  private static var program: String {
    get throws {
      let here = UInt(bitPattern: #dsohandle)
      let maps = String(decoding: try FileSystem.read("/proc/self/maps"), as: UTF8.self)
      let line = maps.split(separator: "\n").first { line in
        let range = line.prefix { $0 != " " }.split(separator: "-").compactMap { UInt($0, radix: 16) }
        return range.count == 2 && range[0] <= here && here < range[1]
      }
      let tests = try #require(line?.drop { $0 != "/" })
      return String(tests).parentPath + "/hotreload"
    }
  }

  private func run(_ arguments: [String]) throws -> (Posix.ExitStatus, errors: String) {
    let errors = try Descriptor.inMemory("errors")
    let nothing = try Descriptor.open("/dev/null", O_RDWR)
    let command = Command(
      path: try Self.program, arguments: ["hotreload"] + arguments, environment: ["PATH=/usr/bin:/bin"],
      directory: directory.path, parentDeathSignal: SIGKILL)
    let status = try command.run(input: nothing.number, output: nothing.number, error: errors.number)
    return (status, String(decoding: try errors.read(at: 0, count: 10_000), as: UTF8.self))
  }

  @Test(
    "is 64 for a mistake in the command line",
    arguments: [["rnu"], ["run", "--none"], ["help", "none"], ["explain"]])
  func usage(arguments: [String]) throws {
    let (status, errors) = try run(arguments)
    #expect(status == .exited(64))
    #expect(errors.hasPrefix("Error: "))
  }

  @Test("is 1 for settings that are wrong, at their place, and where there is no package")
  func failure() throws {
    let (status, errors) = try run(["config"])
    #expect(status == .exited(1))
    #expect(errors.hasPrefix("error: "))
    try FileSystem.write("[run]\nnone = 1\n", to: directory[".reload.toml"])
    let (second, diagnostic) = try run(["config"])
    #expect(second == .exited(1))
    #expect(diagnostic.hasPrefix("\(directory[".reload.toml"]):2:1: error: "))
  }

  @Test("is 0 for what was done", arguments: [["--version"], ["help"], ["run", "--help"], ["init"]])
  func success(arguments: [String]) throws {
    let (status, errors) = try run(arguments)
    #expect(status == .exited(0))
    #expect(errors == "")
  }
}
