internal import CPosix
internal import Glibc

/// A process, the head, and all processes that it and its descendants start, in any process group and
/// session.
///
/// An orphan of the family becomes a child of this process (`PR_SET_CHILD_SUBREAPER`). It is recognized by a
/// variable that only this family has in its environment, or because it was seen below the head before.
struct Family {
  /// The environment variable that exempts a process from ending with its family.
  static let keeper = "HOTRELOAD_KEEP=1"

  /// The pid of the first process.
  private var head: CInt
  /// The variables that identify the family.
  private let mark: Mark
  /// Receives the processes that were ended with the head, and the exit status of the head.
  let leftBehind: ([Stray], ExitStatus) -> Void
  /// The processes that were seen below the head.
  private var seen: Set<ProcessHandle> = []

  /// Creates the family of a process that has just been started.
  init(_ head: CInt, mark: Mark, leftBehind: @escaping ([Stray], ExitStatus) -> Void) {
    self.head = head
    self.mark = mark
    self.leftBehind = leftBehind
  }

  /// Returns this family with another head.
  func headed(by new: CInt) -> Family {
    var family = self
    family.head = new
    family.seen = seen.filter { $0.pid != new }
    return family
  }

  /// Returns the description of a process for messages.
  func description(of process: ProcessHandle) -> Stray {
    Stray(pid: process.pid, name: process.name, isFork: process.hasVariable(mark.ofFirst))
  }

  /// Records the processes that are below the head now, and returns all of their pids.
  mutating func recordDescendants() -> [CInt] {
    let below = ProcessHandle.descendants(of: head)
    seen = seen.filter(\.isAlive).union(below.compactMap(ProcessHandle.init))
    return below
  }

  /// The forks of the head that have stayed in its group.
  var forks: [ProcessHandle] {
    ProcessHandle.children(of: getpid()).compactMap(ProcessHandle.init).filter {
      $0.group == head && $0.pid != head && $0.hasVariable(mark.ofFirst)
    }
  }

  /// Returns the running processes of the family outside of the group of the head, which has exited.
  ///
  /// - Parameter others: The processes that this process has started itself.
  func strays(besides others: some Collection<CInt>) -> [ProcessHandle] {
    let orphans = ProcessHandle.children(of: getpid()).filter { !others.contains($0) }
      .compactMap(ProcessHandle.init)
    let roots = orphans.filter { $0.hasVariable(mark.ofAll) } + seen.filter(\.isAlive)
    var found: Set<ProcessHandle> = []
    for root in roots where !root.hasVariable(Self.keeper) {
      found.insert(root)
      found.formUnion(ProcessHandle.descendants(of: root.pid).compactMap(ProcessHandle.init))
    }
    return found.filter { $0.group != head && !$0.hasVariable(Self.keeper) }.sorted { $0.pid < $1.pid }
  }
}

/// Two environment variables, as `NAME=value`, that identify a family.
package struct Mark {
  /// The variable that the head passes on to the programs that it starts.
  package let ofAll: String
  /// The variable that the head has, but does not pass on to other programs. Only the head and its forks have
  /// it.
  package let ofFirst: String

  package init(ofAll: String, ofFirst: String) { (self.ofAll, self.ofFirst) = (ofAll, ofFirst) }
}

/// A process that another one left behind.
package struct Stray {
  /// The pid of the process.
  package let pid: CInt
  /// The name of the process, as `ps` shows it.
  package let name: String
  /// Whether the process is a fork of the head that runs the same program.
  package let isFork: Bool
}
