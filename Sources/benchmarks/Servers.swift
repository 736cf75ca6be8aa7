import Foundation

/// Swaps every available server for itself under load, and prints a table of the losses. Exits with 1 if
/// there are any.
func runServers(_ arguments: Arguments) throws {
  let directory = FileManager.default.temporaryDirectory.path + "/hotreload-benchmarks-\(getpid())"
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  let isGood: Bool
  do {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    isGood = try printServers(arguments, buildingIn: directory)
  }
  exit(isGood ? 0 : 1)
}

/// Returns whether nothing was lost.
private func printServers(_ arguments: Arguments, buildingIn directory: String) throws -> Bool {
  let swaps = try arguments.number("--swaps") ?? 30
  let only = try arguments.text("--only")
  setenv("GREETING", "Hello", 1)  // the greeting of the scripts
  let table = dup(STDOUT_FILENO)
  dup2(STDERR_FILENO, STDOUT_FILENO)  // the output of the servers is not part of the table
  var rows: [ServerRow] = []
  var others: [String] = []
  var absent: [String] = []
  for candidate in MeasuredServer.candidates(in: directory) {
    let name = "\(candidate.name), \(candidate.way)"
    guard only.map(name.contains) ?? true else {
      others.append(name)
      continue
    }
    switch try candidate.find() {
    case .absent(let reason): absent.append(reason)
    case .server(let server):
      FileHandle.standardError.write(Data("\(name)\n".utf8))
      let run = try SwapRun(
        of: server, swaps: swaps, requests: 0, quiet: .seconds(1),
        movesConnections: !arguments.contains("--end-connections"), limit: .seconds(60 + 3 * swaps))
      try run.run()
      rows.append(ServerRow(run))
    }
  }
  fflush(nil)
  dup2(table, STDOUT_FILENO)
  guard !rows.isEmpty else {
    let there = (others + absent).map { "- \($0)\n" }.joined()
    FileHandle.standardError.write(Data("No server was measured. There are:\n\(there)".utf8))
    return false
  }
  print(ServerRow.head)
  for row in rows { print(row.line) }
  print("\nStale: answered by old code, though sent after the swap.")
  if rows.contains(where: \.isRestarted) {
    print("Restarts: swaps in which the old generation was stopped before the new one was started.")
  }
  for remark in rows.flatMap(\.remarks) + absent { print("- \(remark)") }
  return rows.allSatisfy(\.isGood)
}

/// The results of one server.
struct ServerRow {
  static let head = """
    | server | waits with | swaps | requests | lost: new connections | keep-alive, one retry | keep-alive, no retry \
    | 1 s in flight | stale |
    |---|---|---|---|---|---|---|---|---|
    """

  /// The row of the table.
  let line: String
  /// The problems, as texts.
  let remarks: [String]
  /// Whether there are no problems.
  var isGood: Bool { remarks.isEmpty }
  /// Whether the old generation was stopped before the new one was started.
  let isRestarted: Bool

  /// Creates the row of a run.
  init(_ run: SwapRun) {
    let state = run.ledger.snapshot
    func column(_ kind: ClientKind) -> Ledger.Column { state.columns[kind] ?? Ledger.Column() }
    func cell(_ kinds: ClientKind...) -> String {
      let columns = kinds.filter(run.server.clients.contains).map(column)
      return columns.isEmpty
        ? "" : "\(columns.map(\.allLost).reduce(0, +)) of \(columns.map(\.sent).reduce(0, +))"
    }
    let all = ClientKind.allCases
    isRestarted = run.restarts > 0
    let swaps = isRestarted ? "\(run.swaps.count), \(run.restarts) restarts" : "\(run.swaps.count)"
    line =
      "| \(run.server.name) | \(run.server.way) | \(swaps) | \(all.map { column($0).sent }.reduce(0, +)) "
      + "| \(cell(.fresh)) | \(cell(.keepAlive, .thinking)) | \(cell(.keepAliveOnce, .thinkingOnce)) "
      + "| \(cell(.slow, .slowKept)) | \(all.map { column($0).stale }.reduce(0, +)) |"
    let name = "\(run.server.name), \(run.server.way)"
    var remarks = run.troubles.map { "\(name): \($0)" }
    for kind in all {
      for (failure, count) in column(kind).lost {
        remarks.append("\(name), \(kind.rawValue): \(count) \(failure)")
      }
      if run.server.clients.contains(kind), column(kind).answered == 0 {
        remarks.append("\(name), \(kind.rawValue): no answer at all")
      }
      if column(kind).stale > 0 { remarks.append("\(name), \(kind.rawValue): \(column(kind).stale) stale") }
    }
    let inodes = state.listenerInodes.count
    if inodes != 1 { remarks.append("\(name): \(inodes) listeners instead of one") }
    self.remarks = remarks
  }
}

extension Ledger.Column {
  fileprivate var allLost: Int { lost.values.reduce(0, +) }
  fileprivate var sent: Int { answered + allLost }
}
