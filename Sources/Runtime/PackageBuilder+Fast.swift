internal import Building
internal import Console
internal import Posix
internal import Reloader

// The fast path first, and `swift build` for what it declines.
extension PackageBuilder {
  func build() {
    guard mayBeFast, !targets.contains(where: \.isUnplaced) else { return buildWithSwiftPM() }
    var open: [BuildTarget] = []
    for target in building {
      let saved = relevant(target)
      if !saved.isEmpty || target.newest.map({ FileSystem.exists($0.path) }) != true { open.append(target) }
    }
    buildFast(open[...], built: [])
  }

  private var mayBeFast: Bool { recipe.mayBeFast && !targets.contains { $0.runnable.command != nil } }

  /// Of what was saved, what is not known to be of other targets only.
  private func relevant(_ target: BuildTarget) -> Set<String> {
    target.saved.filter { path in
      target.fast.compiles(path) || !targets.contains { $0 !== target && $0.fast.compiles(path) }
    }
  }

  /// One after the other: they share SwiftPM's lock, and the processors.
  private func buildFast(_ open: ArraySlice<BuildTarget>, built: [BuildTarget]) {
    guard let target = open.first else {
      wasFast = true
      return keep(fast: built)
    }
    fastRunning = target
    target.fast.build(saved: relevant(target)) { [unowned self] ending in
      fastRunning = nil
      switch ending {
      case .built(let printed):
        show(printed)
        buildFast(open.dropFirst(), built: built + [target])
      case .failed(let printed):
        show(printed)
        finish(.failed)
      case .declined(let reason, _):
        console.detail("swift build is used: \(reason)")
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

  /// One after the other, as above. A build that begins meanwhile ends it.
  func prepareFast(_ open: ArraySlice<BuildTarget>) {
    guard mayBeFast, let target = open.first, let path = target.path, let output = target.otherPath else {
      return
    }
    target.fast.prepare(program: path, output: output, builtSince: started) { [unowned self] decline in
      let name = targets.count == 1 ? "" : " of \(target.name ?? "")"
      console.detail(decline.map { "no fast builds\(name): \($0)" } ?? "fast builds\(name) are prepared")
      if building.isEmpty { prepareFast(open.dropFirst()) }
    }
  }

  private func show(_ printed: [[String]]) {
    for lines in printed {
      for line in lines { show(output.take(line, isComplete: true)) }
      show(output.finish())
    }
  }
}
