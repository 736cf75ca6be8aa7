import FastPathRun
import Posix
import Reloader
import Reporting
import Settings

@testable import Building

/// A project with a command of its own, which a real ``PackageBuilder`` builds. Call it in `#expect(processExitsWith:)`.
final class OwnProject {
  let root = "/tmp/hotreload-building-\(CurrentProcess.identifier)"
  let builder: PackageBuilder
  let target: BuildTarget
  /// How the program compared with the one before it, after each build.
  private(set) var comparisons: [BuildComparison] = []
  /// Whether each build runs commands that may write files.
  private(set) var writes: [Bool] = []
  private let loop: EventLoop
  private var outcomes: [BuildOutcome] = []
  init(_ recipe: Recipe, run: SettingValue.CommandLine, _ loop: EventLoop, _ children: Children) throws {
    self.loop = loop
    try FileSystem.makeDirectories(root)
    let fast = FastBuilder(root: root, overlays: SharedOverlays(), loop: loop, children: children)
    target = BuildTarget(Runnable(product: nil, command: run), fast: fast)
    let console = Console(style: Style(isColored: false), isTerminal: false) { _ in }
    builder = PackageBuilder(root: root, recipe, loop: loop, children: children, console: console)
    builder.targets = [target]
    builder.handler = { [unowned self] event in
      switch event {
      case .begins(let writesFiles): writes.append(writesFiles)
      case .ended(let ended, let comparison):
        comparisons.append(comparison)
        outcomes += ended.map(\.1)
        loop.stop()
      case .described, .unusable: break
      }
    }
  }

  deinit { FileSystem.removeAll(root) }

  /// Writes a file anew.
  func write(_ text: String, to name: String) throws {
    FileSystem.remove("\(root)/\(name)")
    try FileSystem.write(text, to: "\(root)/\(name)")
  }

  /// Takes in a save of these files.
  func save(_ names: String...) { _ = builder.record(changes: names.map { "\(root)/\($0)" }) }

  /// Builds, and returns what came of it. `meanwhile` is called when the build has begun.
  func outcome(meanwhile: @escaping (PackageBuilder) -> Void = { _ in }) throws -> BuildOutcome? {
    outcomes = []
    loop.after(.zero) { [unowned self] in builder.start([target]) }
    loop.after(.zero) { [unowned self] in meanwhile(builder) }
    try loop.run()
    return outcomes.first
  }
}
