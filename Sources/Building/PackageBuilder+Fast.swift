internal import FastPathRun
internal import Posix
internal import Reloader
internal import Reporting
internal import SwiftPM

// The fast path first, and `swift build` for what it declines.
extension PackageBuilder {
  func build() {
    guard obstacleToFast == nil, !isClean, !targets.contains(where: \.isUnplaced) else {
      return buildWithSwiftPM()
    }
    let open = makers.filter { maker in
      let users = building.filter { $0.path == maker.path }
      return users.contains { user in
        !relevant(user).isEmpty || user.newest.map { FileSystem.exists($0.path) } != true
      }
    }
    buildFast(open[...], built: [])
  }

  /// These were saved, and more may follow: begins all the same with what is most likely wanted. It is used if a build is
  /// started with nothing else saved since.
  package func anticipate(_ saved: [String]) {
    guard obstacleToFast == nil, building.isEmpty, recipe.before == nil, let target = makers.first,
      makers.count == 1
    else { return }
    target.fast.anticipate(saved: target.saved.union(saved))
  }

  /// What rules it out for all that is built; nil for nothing.
  var obstacleToFast: String? {
    recipe.obstacleToFast
      ?? (targets.contains { $0.runnable.command != nil } ? "'run.command' is started" : nil)
  }

  /// The first of those that run the same program makes it for all.
  private var makers: [BuildTarget] {
    targets.indices.filter { index in !targets[..<index].contains { $0.path == targets[index].path } }
      .map { targets[$0] }
  }

  /// Of what was saved, what is not known to be of other programs only.
  private func relevant(_ target: BuildTarget) -> Set<String> {
    let makers = makers
    guard let maker = makers.first(where: { $0.path == target.path }) else { return target.saved }
    return target.saved.filter { path in
      // What is not prepared may read anything.
      maker.fast.reads(path) != false || !makers.contains { $0.fast.reads(path) == true }
    }
  }

  /// One after the other: they share SwiftPM's lock, and the processors.
  private func buildFast(_ open: ArraySlice<BuildTarget>, built: [BuildTarget]) {
    guard let target = open.first else {
      way = .fast
      return keep(fast: built)
    }
    fastRunning = target
    target.fast.build(saved: relevant(target)) { [unowned self] ending in
      fastRunning = nil
      switch ending {
      case .built(let printed, let summary):
        show(printed)
        console.fastBuild(of: productName(target), summary)
        buildFast(open.dropFirst(), built: built + [target])
      case .failed(let printed):
        show(printed)
        way = .fast
        finish(.failed)
      case .declined(let reason, _):
        way = .whole(because: reason)
        console.fastBuildDeclined(of: productName(target), reason)
        buildWithSwiftPM()
      }
    }
  }

  func cancelFast() {
    fastRunning?.fast.cancel { [unowned self] in
      fastRunning = nil
      finish(.cancelled)
    }
  }

  /// One after the other, as above. A build that begins meanwhile waits for it, but one by SwiftPM ends it.
  private func prepareFast(_ open: ArraySlice<BuildTarget>) {
    guard let target = open.first else { return }
    guard target.fast.isPreparing, let path = target.path, let output = target.otherPath else {
      target.fast.invalidate("the program was not built before, or not so")
      return prepareFast(open.dropFirst())
    }
    target.fast.prepare(program: path, output: output, builtSince: started) { [unowned self] decline in
      console.fastBuildsPrepared(of: productName(target), obstacle: decline.map { "\($0)" })
      prepareFast(open.dropFirst())
    }
  }

  /// Of one of several.
  private func productName(_ target: BuildTarget) -> String? { targets.count == 1 ? nil : target.name }

  /// Says once why not.
  func prepareFast() {
    let obstacle = obstacleToFast
    if let obstacle, obstacle != toldObstacle { console.fastBuildsPrepared(obstacle: obstacle) }
    toldObstacle = obstacle
    if obstacle != nil { return }
    for target in makers { target.fast.awaitPreparation() }
    prepareFast(makers[...])
  }

  private func show(_ printed: [[String]]) {
    for lines in printed {
      for line in lines { show(output.take(line, isComplete: true)) }
      show(output.finish())
    }
  }
}
