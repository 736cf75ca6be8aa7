import Posix
import Project
import Reloader
import Settings
import SelfWrites
import Serving
import Session

/// A service that is swapped as in a session, but has no project: a ``LinkingBuilder`` builds its programs.
final class MeasuredService {
  private let id = ServiceID(1)
  private let loop: EventLoop
  private let children: Children
  private var builder: LinkingBuilder
  private lazy var driver = ReloadDriver([id: timing], loop: loop) { [unowned self] in perform($0) }
  private let timing: Timing
  private let report: (Report) -> Void

  /// Prepares the service. `report` and `notice` get what it reports.
  init(
    _ server: MeasuredServer, _ timing: Timing = Timing(Settings()), loop: EventLoop,
    report: @escaping (Report) -> Void,
    notice: @escaping (ServerNotice) -> Void
  ) throws {
    self.loop = loop
    self.timing = timing
    self.report = report
    builder = LinkingBuilder(server)
    children = try Children(loop: loop)
    let programs = ServiceDriver.Programs(program: builder.program) { FileSystem.remove($0.path) }
    driver.services[id] = try ServiceDriver(
      project: builder.lockName, owner: CurrentProcess.identifier,
      launch: Launch(directory: CurrentProcess.directory), selfWrites: SelfWrites(loop: loop), loop: loop,
      children: children, programs: programs,
      event: { [unowned self] number, event in driver.handle(.generation(id, number, event)) }, notice: notice
    )
  }

  /// Builds and serves until ``interrupt()`` has ended all processes.
  func run() throws {
    driver.start()
    try loop.run()
    children.endAll()
    driver.services[id]?.close()
    builder.discardAll()
  }

  /// Swaps in a new program.
  func swap() { driver.handle(.saved(Saves(isBuilt: true))) }

  func interrupt() { driver.handle(.interrupted) }

  /// Returns the process of a generation; `nil` if it does not run.
  func processIdentifier(of generation: Int) -> CInt? {
    driver.services[id]?.processIdentifier(of: generation)
  }

  private func perform(_ action: Action) {
    switch action {
    case .startBuild:
      loop.after(.zero) { [unowned self] in driver.handle(.built([id: .succeeded(builder.build())])) }
    case .report(_, let report): self.report(report)
    case .leave: loop.stop()
    default: break
    }
  }
}
