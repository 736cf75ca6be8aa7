import Posix
import Reloader
import Serving

/// A builder that only gives the program or the script another name.
struct LinkingBuilder {
  private let program: String
  private let interpreter: String?
  private let command: String?
  private let directory: String
  /// The number of the last name.
  private var number = 0

  init(_ server: MeasuredServer) {
    program = FileSystem.realPath(server.program) ?? server.program
    interpreter = server.interpreter
    command = server.command
    directory = program.parentPath
  }

  /// The name of the lock against a second run.
  var lockName: String { "benchmark \(CurrentProcess.identifier) \(program)" }

  /// Makes the next program.
  mutating func build() -> Artifact {
    number += 1
    let name = "\(directory)/.swap-\(CurrentProcess.identifier)-\(number)"
    do { try FileSystem.link(program, to: name) } catch { fatalError("\(error)") }
    return Artifact(path: name)
  }

  func program(of artifact: Artifact) -> Program {
    if let command {
      var program = Program(path: "/bin/sh", arguments: ["sh", "-c", command])
      (program.isShell, program.isLauncher) = (true, true)
      return program
    }
    guard let interpreter else { return Program(path: artifact.path, arguments: [program]) }
    return Program(path: interpreter, arguments: [interpreter, artifact.path])
  }

  func discardAll() {
    for name in FileSystem.names(in: directory) where name.hasPrefix(".swap-\(CurrentProcess.identifier)-") {
      FileSystem.remove("\(directory)/\(name)")
    }
  }
}
