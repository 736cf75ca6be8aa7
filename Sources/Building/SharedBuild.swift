package import Posix
package import Reloader

/// One build for all services that want one at the same time.
package final class SharedBuild {
  /// A service's part in the builds.
  package final class Part {
    package let target: BuildTarget
    unowned let build: SharedBuild

    package init(_ target: BuildTarget, of build: SharedBuild) {
      self.target = target
      self.build = build
    }

    package func start(isClean: Bool) {
      if isClean { build.isNextClean = true }
      build.want(target)
    }
    package func cancel() { build.cancel(target) }
    package func kill() { build.builder.kill() }
    package func discard(_ artifact: Artifact) { target.discard(artifact) }
  }

  private let builder: PackageBuilder
  private let loop: EventLoop
  private let ended: ([(BuildTarget, BuildOutcome)]) -> Void
  /// Those that the next build is for, and those that the running one is for.
  private var waiting: [BuildTarget] = []
  private var building: [BuildTarget] = []
  private var isCancelled = false
  /// Whether the next build makes everything anew.
  private var isNextClean = false

  /// `ended` gets for whom each build was, and what came of it for each.
  package init(
    _ builder: PackageBuilder, loop: EventLoop, ended: @escaping ([(BuildTarget, BuildOutcome)]) -> Void
  ) {
    self.builder = builder
    self.loop = loop
    self.ended = ended
    builder.ended = { [unowned self] outcomes in
      let built = building
      building = []
      beginSoon()
      ended(Array(zip(built, outcomes)))
    }
  }

  /// Those who want one in the same turn of the loop have it together.
  private func want(_ target: BuildTarget) {
    waiting.append(target)
    beginSoon()
  }

  private func beginSoon() {
    guard building.isEmpty, !waiting.isEmpty else { return }
    loop.after(.zero) { [unowned self] in
      guard building.isEmpty, !waiting.isEmpty else { return }
      (building, waiting, isCancelled) = (waiting, [], false)
      builder.start(building, isClean: isNextClean)
      isNextClean = false
    }
  }

  /// What one of them does not want any more, the others do not want: they are told, and ask for another.
  private func cancel(_ target: BuildTarget) {
    if let index = waiting.firstIndex(where: { $0 === target }) {
      waiting.remove(at: index)
      loop.after(.zero) { [unowned self] in ended([(target, .cancelled)]) }
    } else if !isCancelled {
      isCancelled = true
      builder.cancel()
    }
  }
}
