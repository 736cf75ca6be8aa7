package import Posix

/// A package in the file system that another is built from.
package struct LocalPackage: Equatable {
  package let root: String
  /// Where its targets are whose manifest says so, absolute.
  let targets: [String]

  /// With its targets, once they are known.
  package init(root: String, targets: [String] = []) {
    (self.root, self.targets) = (root, targets)
  }

  /// Where it has its sources.
  package var directories: [String] { PackageSources.conventional(root) + targets }
}

/// Asks SwiftPM for the manifests of the packages in the file system that one is built from, and of those that these are
/// built from: what it says of a package itself names only the next ones, and not where they have their sources.
package final class LocalPackages {
  private let loop: EventLoop
  private let children: Children
  private var jobs: [String: Job] = [:]
  private var found: [LocalPackage] = []
  private var seen: Set<String> = []
  private var end: EventLoop.Token?

  package init(loop: EventLoop, children: Children) {
    self.loop = loop
    self.children = children
  }

  /// Starts with these; what was begun before is given up. `whenFound` gets all, later.
  package func find(_ roots: [String], by swiftPM: SwiftPM, whenFound: @escaping ([LocalPackage]) -> Void) {
    jobs.values.forEach { $0.kill() }
    end.map(loop.forget)
    (jobs, found, seen) = ([:], [], [])
    look(at: roots, swiftPM, whenFound)
  }

  private func look(at roots: [String], _ swiftPM: SwiftPM, _ whenFound: @escaping ([LocalPackage]) -> Void) {
    for root in roots where seen.insert(root).inserted {
      var json = ""
      jobs[root] = try? Job(swiftPM.dump(root), loop: loop, children: children) { line, isComplete, isError in
        if isComplete, !isError { json += line + "\n" }
      } whenEnded: { [weak self] ending in
        guard let self, ending != .cancelled else { return }
        jobs[root] = nil
        let manifest = try? PackageManifest(json: json)
        found.append(
          LocalPackage(root: root, targets: manifest?.targetPaths.map { "\(root)/\($0)" } ?? []))
        look(at: manifest?.localDependencies ?? [], swiftPM, whenFound)
      }
      if jobs[root] == nil { found.append(LocalPackage(root: root)) }
    }
    if jobs.isEmpty {
      end = loop.after(.zero) { [unowned self] in whenFound(found.sorted { $0.root < $1.root }) }
    }
  }
}
