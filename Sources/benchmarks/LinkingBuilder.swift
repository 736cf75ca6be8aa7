import Posix
import Reloader
import SelfWrites
import Serving
import Session

/// A builder that only gives the program or the script another name.
final class LinkingBuilder: ProgramBuilder {
  private let program: String
  private let interpreter: String?
  private let command: String?
  private let directory: String
  private let loop: EventLoop
  /// The number of the last name.
  private var number = 0
  /// The handler of a finished build.
  private var built: (Artifact) -> Void = { _ in }

  init(_ server: MeasuredServer, loop: EventLoop) {
    program = FileSystem.realPath(server.program) ?? server.program
    interpreter = server.interpreter
    command = server.command
    self.loop = loop
    directory = String(program[..<(program.lastIndex(of: "/") ?? program.startIndex)])
  }

  /// Creates the driver that starts and swaps the server. `report` and `notice` get what it reports.
  func driver(
    _ timing: Timing = Timing(), report: @escaping (Report) -> Void, notice: @escaping (ServerNotice) -> Void
  ) throws -> ServiceDriver {
    let driver = try ServiceDriver(
      project: "benchmark \(CurrentProcess.identifier) \(program)", owner: CurrentProcess.identifier,
      launch: Launch(directory: CurrentProcess.directory), timing: timing,
      selfWrites: SelfWrites(loop: loop), loop: loop,
      children: try Children(loop: loop), builder: self, report: report, notice: notice)
    built = { [unowned driver] in driver.handle(.built(.succeeded($0))) }
    return driver
  }

  func start(isClean: Bool) {
    number += 1
    let name = "\(directory)/.swap-\(CurrentProcess.identifier)-\(number)"
    loop.after(.zero) { [unowned self] in
      do {
        try FileSystem.link(program, to: name)
        built(Artifact(path: name))
      } catch {
        fatalError("\(error)")
      }
    }
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

  func cancel() {}
  func kill() {}
  func discard(_ artifact: Artifact) { FileSystem.remove(artifact.path) }
  func discardAll() {
    for name in FileSystem.names(in: directory) where name.hasPrefix(".swap-\(CurrentProcess.identifier)-") {
      FileSystem.remove("\(directory)/\(name)")
    }
  }
}
