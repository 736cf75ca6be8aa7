import Glibc
import Posix
import TOML

/// The command `hotreload toml-test-decode`, a decoder for toml-test
/// (https://github.com/toml-lang/toml-test). It is not documented. It reads a document from standard input
/// and writes tagged JSON, or an error and exit code 1. `--toml 1.0` selects that version.
enum TOMLTestDecode {
  /// Runs the command.
  static func run(_ arguments: [String]) throws {
    let version: Document.Version = arguments == ["--toml", "1.0"] ? .v1_0 : .v1_1
    do {
      let document = try Document(try FileSystem.read("/dev/stdin"), path: "<stdin>", version: version)
      standardOutput.write(document.taggedJSON + "\n")
    } catch let error as SyntaxError {
      standardError.write("\(error)\n")
      exit(1)
    }
  }
}
