internal import SwiftPM

// The saves before and during a build.
extension PackageBuilder {
  /// Records a batch of saves, and returns it without the files that SwiftPM has written itself. After a save
  /// of a manifest, or of the first source of a target, the next build reads the package again.
  package func record(changes batch: [String]) -> [String] {
    let changes = batch.filter { path in
      path != plan.resolvedPath || recipe.command != nil || !isRunningCommand && plan.resolvedHasChanged
    }
    let isNew = changes.contains(where: sources.isNew)
    if isNew { plan.invalidate() }
    if isNew || changes.contains(where: isManifest) { package.description = nil }
    saved.add(changes)
    for target in targets { target.saved.formUnion(changes) }
    return changes
  }

  /// Whether a command may write files of the package now.
  private var isRunningCommand: Bool {
    switch phase {
    case .idle: false
    case .command, .deciding: true
    case .waiting, .fast, .cancelling: current.hasRunCommand
    }
  }

  private func isManifest(_ path: String) -> Bool {
    let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    return ["Package.swift", "Package.resolved"].contains(name)
      || name.hasPrefix("Package@swift-") && name.hasSuffix(".swift")
  }
}
