package import Posix
package import Reloader

/// One build for all services that want one at the same time.
package final class SharedBuild {
  /// The builder as one service sees it.
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
  /// The targets of the next build.
  private var waiting: [BuildTarget] = []
  /// The targets of the running build.
  private var building: [BuildTarget] = []
  private var isCancelled = false
  /// Whether the next build makes everything anew.
  private var isNextClean = false

  /// Creates the shared builds. `ended` is called with the targets of each build and their results.
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

  /// Adds a target to the next build. Targets that are added in the same turn of the loop are built together.
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

  /// Cancels the build for one target, and thereby for all. The others see the cancellation, and ask for
  /// another build.
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
