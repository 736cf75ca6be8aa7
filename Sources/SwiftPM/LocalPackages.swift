package import Posix

/// A local package on which the built package depends.
package struct LocalPackage: Equatable {
  package let root: String
  /// The absolute paths of the targets for which the manifest states a path.
  let targets: [String]

  /// Creates a package. Its targets may not be known yet.
  package init(root: String, targets: [String] = []) {
    (self.root, self.targets) = (root, targets)
  }

  /// The directories in which the package has its sources.
  package var directories: [String] { PackageSources.conventional(root) + targets }
}

/// Reads the manifests of the local packages on which a package depends, directly or through others. The
/// description of a package only names its direct dependencies, and not the paths of their sources.
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

  /// Starts to read the packages at `roots`, and cancels an earlier search. `whenFound` is called later with
  /// all packages.
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
