internal import FastPathRun
internal import Posix
internal import Reporting
internal import SwiftPM

// The builds by `swift build`.
extension PackageBuilder {
  var swiftPM: SwiftPM {
    SwiftPM(
      root: jobs.root, configuration: recipe.configuration, arguments: recipe.arguments,
      environment: plan.environment(for: recipe))
  }

  func buildWithSwiftPM() {
    for target in targets {
      target.fast.invalidate("the last swift build failed")
      if current.isClean { target.fast.forgetObjects() }
    }
    let saved = targets.reduce(into: Set<String>()) { $0.formUnion($1.saved.union($1.builtFast)) }
    console.compiles(current.isClean ? nil : saved)
    let directories = Set(targets.filter { $0.runnable.command == nil }.compactMap(\.path).map(\.parentPath))
    for directory in directories {
      if !plan.isValid { BuildPlan.remove(for: directory) }
      CompiledObjects.remove(of: current.isClean ? nil : saved, in: directory)
    }
    let wait = directories.map(CompiledObjects.delayUntilNextSecond).max() ?? .zero
    if wait == .zero { return runSwiftPM() }
    console.detail(
      "SwiftPM does not notice two changes within one second; building in \(brief(wait))")
    phase = .waiting(
      jobs.loop.after(wait) { [unowned self] in
        phase = .deciding
        runSwiftPM()
      })
  }

  private func runSwiftPM() {
    current.started = FileSystem.coarseTime
    let command = swiftPM.build(product: singleProduct)
    plan.swiftBuildStarted()
    run(command, isShown: true) { [unowned self] in
      show(current.output.take($0, isComplete: $1))
    } then: { [unowned self] in
      plan.swiftBuildSucceeded()
      finishBuild()
    }
  }

  /// The product to build, if it is the only one to run and does not need everything in the package; `nil`
  /// otherwise. SwiftPM builds a whole package faster than a part of it.
  private var singleProduct: String? {
    guard targets.count == 1, let product = targets[0].product,
      package.description?.hasMore(than: product) == true
    else { return nil }
    return product
  }
}
