internal import Glibc
package import Handoff
internal import Interposer
package import Posix
package import Reloader
package import SelfWrites
package import Serving

/// Performs the actions of one service: starts and ends its servers, and hands their listeners over.
package final class ServiceDriver {
  /// The programs of a service.
  package struct Programs {
    /// Returns the program to execute for an artifact: the file and its arguments, including `argv[0]`.
    let program: (Artifact) -> Program
    /// Removes a program that will not be started again.
    let discard: (Artifact) -> Void

    package init(program: @escaping (Artifact) -> Program, discard: @escaping (Artifact) -> Void) {
      (self.program, self.discard) = (program, discard)
    }
  }

  private let programs: Programs
  private let directory: RuntimeDirectory
  private var servers: Servers?

  /// Prepares to serve `project`, an absolute path that also names the lock against a second hotreload.
  /// `owner` is the process that the user started and would end. `interposer` is the path of the library, if
  /// it is installed already. `inherited` are sockets for every server. Throws the error of the system, with
  /// a next step for the user.
  package init(
    project: String, owner: CInt, launch: Launch, interposer: String? = nil,
    inherited: InheritedSockets = .none, selfWrites: SelfWrites, loop: EventLoop, children: Children,
    programs: Programs,
    event: @escaping (Int, GenerationEvent) -> Void, notice: @escaping (ServerNotice) -> Void
  ) throws {
    self.programs = programs
    signal(SIGPIPE, SIG_IGN)  // a write to a closed pipe returns EPIPE instead
    let interposer = try interposer ?? Interposer.install()
    directory = try RuntimeDirectory(project: project, owner: owner)
    do {
      servers = try Servers(
        loop: loop, children: children, directory: directory, interposer: interposer, inherited: inherited,
        launch: launch, selfWrites: selfWrites, event: event, notice: notice)
    } catch {
      directory.remove()
      throw error
    }
  }

  /// Closes the sockets and removes the files of the service, after all its processes have ended.
  package func close() {
    servers?.close()
    directory.remove()
  }

  /// Applies new settings for the servers that are started from now on. Returns whether they differ from the
  /// previous ones.
  @discardableResult
  func launch(_ launch: Launch) throws(ListenFailure) -> Bool { try servers?.use(launch) ?? false }

  /// Returns the process of a generation; `nil` if it does not run.
  package func processIdentifier(of generation: Int) -> CInt? { servers?.processIdentifier(of: generation) }

  /// Performs an action that is about servers.
  func perform(_ action: ServiceAction) {
    switch action {
    case .start(let number, let artifact, let held):
      servers?.start(number, programs.program(artifact), held: held)
    case .pause(let number, let limit, let moves): servers?.pause(number, within: limit, moves: moves)
    case .release(let number): servers?.release(number)
    case .requestPage(let number, let path): servers?.requestPage(of: number, path: path)
    case .runReadyCommand(let number): servers?.runReadyCommand(for: number)
    case .cancelCheck(let number): servers?.cancelCheck(of: number)
    case .checkHealth(let number, let check, let limit):
      servers?.checkHealth(of: number, check, within: limit)
    case .cancelHealthCheck(let number): servers?.cancelHealthCheck(of: number)
    case .terminate(let number): servers?.terminate(number)
    case .kill(let number): servers?.kill(number)
    case .discard(let artifact): programs.discard(artifact)
    case .open, .runHook, .close: break
    }
  }
}
