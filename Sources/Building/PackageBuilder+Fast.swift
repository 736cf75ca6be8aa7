internal import FastPathRun
internal import Posix
internal import Reloader
internal import Reporting
internal import SwiftPM

// The builds by the fast path, which falls back to `swift build`.
extension PackageBuilder {
  func build() {
    guard fastPathBlocker == nil, !current.isClean, !targets.contains(where: \.isUnplaced) else {
      return buildWithSwiftPM()
    }
    let open = makers.filter { maker in
      let users = current.targets.filter { $0.path == maker.path }
      return users.contains { user in
        !relevant(user).isEmpty || user.newest.map { FileSystem.exists($0.path) } != true
      }
    }
    buildFast(open[...], built: [])
  }

  /// Begins a speculative build for saved files to which more may be added. Its result is used if the next
  /// build is started without further saves.
  package func speculate(_ saved: [String]) {
    guard fastPathBlocker == nil, case .idle = phase, recipe.before == nil, let target = makers.first,
      makers.count == 1
    else { return }
    target.fast.speculate(saved: target.saved.union(saved))
  }

  /// Ends the speculative build, and everything else that the fast path has started.
  package func cancelSpeculation() { for target in targets { target.fast.stop() } }

  /// Makes the next build one by `swift build`, because the user wants it.
  package func distrustFastPath() {
    for target in targets { target.fast.invalidate("'hotreload reload' was called, and nothing was saved") }
  }

  /// The reason why the fast path cannot build any target; `nil` if there is none.
  var fastPathBlocker: String? {
    recipe.fastPathBlocker
      ?? (targets.contains { $0.runnable.command != nil } ? "'run.command' is set" : nil)
  }

  /// The targets that build for all targets with the same program: the first of each.
  private var makers: [BuildTarget] {
    targets.indices.filter { index in !targets[..<index].contains { $0.path == targets[index].path } }
      .map { targets[$0] }
  }

  /// Returns the saved files of a target, without those that only other programs read.
  private func relevant(_ target: BuildTarget) -> Set<String> {
    let makers = makers
    guard let maker = makers.first(where: { $0.path == target.path }) else { return target.saved }
    return target.saved.filter { path in
      // A target that is not prepared may read any file.
      maker.fast.reads(path) != false || !makers.contains { $0.fast.reads(path) == true }
    }
  }

  /// Builds the targets one after the other, because they share SwiftPM's lock and the processors.
  private func buildFast(_ open: ArraySlice<BuildTarget>, built: [BuildTarget]) {
    guard let target = open.first else {
      current.method = .fast
      return keep(fast: built)
    }
    phase = .fast(target)
    target.fast.build(saved: relevant(target)) { [unowned self] ending in
      phase = .deciding
      switch ending {
      case .built(let printed, let summary):
        show(printed)
        console.fastBuild(of: productName(target), summary)
        buildFast(open.dropFirst(), built: built + [target])
      case .failed(let printed):
        console.compiles(relevant(target))
        show(printed)
        current.method = .fast
        finish(.failed)
      case .fellBack(let reason, _):
        current.method = .full(reason: reason)
        console.fastBuildFellBack(of: productName(target), reason)
        buildWithSwiftPM()
      }
    }
  }

  /// Prepares the targets one after the other. A fast build that begins meanwhile waits for the preparation,
  /// and a SwiftPM build cancels it.
  private func prepareFast(_ open: ArraySlice<BuildTarget>, builtSince start: Int64) {
    guard let target = open.first else { return }
    guard target.fast.isPreparing, let path = target.path, let output = target.linkOutputPath else {
      target.fast.invalidate("there is no earlier build of the program to start from")
      return prepareFast(open.dropFirst(), builtSince: start)
    }
    target.fast.prepare(program: path, output: output, builtSince: start) { [unowned self] reason in
      console.fastBuildsPrepared(of: productName(target), blocker: reason.map { "\($0)" })
      prepareFast(open.dropFirst(), builtSince: start)
    }
  }

  /// Returns the name of a target's product; `nil` if there is only one target.
  private func productName(_ target: BuildTarget) -> String? { targets.count == 1 ? nil : target.name }

  /// Prepares the fast path for the next builds after a `swift build` that began at `start`, or reports once the
  /// reason why it cannot be used.
  func prepareFast(builtSince start: Int64) {
    let blocker = fastPathBlocker
    if let blocker, blocker != toldBlocker { console.fastBuildsPrepared(blocker: blocker) }
    toldBlocker = blocker
    if blocker != nil { return }
    for target in makers { target.fast.awaitPreparation() }
    prepareFast(makers[...], builtSince: start)
  }

  private func show(_ printed: [[String]]) {
    for lines in printed {
      for line in lines { show(current.output.take(line, isComplete: true)) }
      show(current.output.finish())
    }
  }
}
