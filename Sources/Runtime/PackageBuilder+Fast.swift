internal import Building
internal import Console
internal import Posix
internal import Reloader

// The fast path first, and `swift build` for what it declines.
extension PackageBuilder {
  func build() {
    guard recipe.mayBeFast, programs != nil else { return buildWithSwiftPM() }
    isFastRunning = true
    fast.build(saved: saved) { [unowned self] ending in
      isFastRunning = false
      switch ending {
      case .built(let printed):
        show(printed)
        wasFast = true
        keep(other: true)
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
    fast.cancel { [unowned self] in
      isFastRunning = false
      finish(.cancelled)
    }
  }

  func prepareFast() {
    guard recipe.mayBeFast, let programs, let programPath else { return }
    fast.prepare(program: programPath, output: programs.otherPath, builtSince: started) {
      [unowned self] decline in
      console.detail(decline.map { "no fast builds: \($0)" } ?? "fast builds are prepared")
    }
  }

  private func show(_ printed: [[String]]) {
    for lines in printed {
      for line in lines { show(output.take(line, isComplete: true)) }
      show(output.finish())
    }
  }
}
