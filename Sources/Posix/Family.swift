internal import Glibc

/// A process and all that it starts, in whatever process group and session that is, also what its own children leave behind.
///
/// What has been orphaned is a child of this process (`PR_SET_CHILD_SUBREAPER`). It is known by a variable that the family
/// alone has in its environment, or because it was seen below the family's first process before.
struct Family {
  /// One with this in its environment outlives the others.
  static let keeper = "HOTRELOAD_KEEP=1"

  private var head: CInt
  private let mark: Mark
  /// Gets the processes that were ended with the first one, and how that had ended.
  let leftBehind: ([Stray], ExitStatus) -> Void
  private var seen: Set<ObservedProcess> = []

  /// Nothing of it has been seen yet.
  init(_ head: CInt, mark: Mark, leftBehind: @escaping ([Stray], ExitStatus) -> Void) {
    self.head = head
    self.mark = mark
    self.leftBehind = leftBehind
  }

  /// The same, of which another process is the first one now.
  func headed(by new: CInt) -> Family {
    var family = self
    family.head = new
    family.seen = seen.filter { $0.pid != new }
    return family
  }

  /// A stray, for people.
  func description(of process: ObservedProcess) -> Stray {
    Stray(pid: process.pid, name: process.name, isFork: process.hasVariable(mark.ofFirst))
  }

  /// Remembers those that are below the first process now; returns all, but for the first.
  mutating func look() -> [CInt] {
    let below = ObservedProcess.descendants(of: head)
    seen = seen.filter(\.isAlive).union(below.compactMap(ObservedProcess.init))
    return below
  }

  /// Forks of the first process that have stayed in its group.
  var forks: [ObservedProcess] {
    ObservedProcess.children(of: getpid()).compactMap(ObservedProcess.init).filter {
      $0.group == head && $0.pid != head && $0.hasVariable(mark.ofFirst)
    }
  }

  /// Those that are left when the first process has ended, but for its group. `others` are the processes that this one has
  /// started itself.
  func strays(besides others: some Collection<CInt>) -> [ObservedProcess] {
    let orphans = ObservedProcess.children(of: getpid()).filter { !others.contains($0) }
      .compactMap(ObservedProcess.init)
    let roots = orphans.filter { $0.hasVariable(mark.ofAll) } + seen.filter(\.isAlive)
    var found: Set<ObservedProcess> = []
    for root in roots where !root.hasVariable(Self.keeper) {
      found.insert(root)
      found.formUnion(ObservedProcess.descendants(of: root.pid).compactMap(ObservedProcess.init))
    }
    return found.filter { $0.group != head && !$0.hasVariable(Self.keeper) }.sorted { $0.pid < $1.pid }
  }
}

/// Variables, as `NAME=value`, that no other family has in its environment.
package struct Mark {
  /// The first process passes it on to what it starts.
  package let ofAll: String
  /// It does not pass this one on to other programs.
  package let ofFirst: String

  package init(ofAll: String, ofFirst: String) { (self.ofAll, self.ofFirst) = (ofAll, ofFirst) }
}

/// A process that another one has left behind.
package struct Stray {
  package let pid: CInt
  /// What `ps` calls it.
  package let name: String
  /// It runs the same program, forked.
  package let isFork: Bool
}
