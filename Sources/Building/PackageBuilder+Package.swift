internal import Posix
internal import Reporting
internal import SwiftPM

// The description of the package by SwiftPM.
extension PackageBuilder {
  func describe() {
    if targets.contains(where: \.isUnplaced) { askForBinPath() }
    var json = ""
    run(swiftPM.describe) { line, isComplete in
      if isComplete { json += line + "\n" }
    } then: { [unowned self] in
      do {
        let description = try PackageDescription(json: json)
        package.description = description
        package.sources.package = description
        package.sources.isBroken = false
        findLocalPackages(description.localDependencies)
        for target in targets { try target.find(in: description) }
        package.wasUsable = true
        handler(.described)
        build()
      } catch let failure as ProductSelectionFailure {
        package.description = nil
        handler(.unusable(failure, isFirst: !package.wasUsable))
        finish(.failed)
      } catch {
        console.error("cannot read the output of 'swift package describe': \(error)")
        finish(.failed)
      }
    }
  }

  /// Reads the local packages in parallel with the build, because each takes a third of a second. Previous
  /// descriptions stay valid meanwhile.
  private func findLocalPackages(_ roots: [String]) {
    package.sources.local += roots.filter { root in !package.sources.local.contains { $0.root == root } }.map
    {
      LocalPackage(root: $0)
    }
    localPackages.find(roots, by: swiftPM) { [unowned self] in
      if package.sources.local == $0 { return }
      package.sources.local = $0
      handler(.described)
    }
  }

  /// Asks for the directory of the products in parallel with the build, because it takes a third of a second
  /// and does not wait for SwiftPM's lock.
  private func askForBinPath() {
    var path = ""
    package.binPathJob = try? jobs.start(swiftPM.showBinPath) { line, isComplete, isError in
      if !isError, isComplete, line.hasPrefix("/") { path = line }
    } whenEnded: { [unowned self] ending in
      package.binPathJob = nil
      if ending == .succeeded { package.binPath = path }
    }
  }

  func findPrograms() {
    if !package.binPath.isEmpty { return placePrograms() }
    run(swiftPM.showBinPath) { [unowned self] line, isComplete in
      if isComplete, line.hasPrefix("/") { package.binPath = line }
    } then: { [unowned self] in
      placePrograms()
    }
  }

  private func placePrograms() {
    for target in targets where target.isUnplaced { target.place(in: package.binPath) }
    keep()
  }
}
