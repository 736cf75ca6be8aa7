import Glibc
import Posix
import TOML

/// `hotreload toml-test-decode`, hidden: a decoder for toml-test (https://github.com/toml-lang/toml-test). Reads a document
/// on standard input, writes its tagged JSON; for one that is not valid, says why and exits with 1. `--toml 1.0` leaves
/// out what 1.1 has added.
enum TOMLTestDecode {
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
