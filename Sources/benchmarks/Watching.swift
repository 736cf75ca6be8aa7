import Foundation
import Posix
import Project

/// Compares watchers: lost saves, builds for a burst of saves, the time from a save to the start of the
/// command, and the cost of watching. Prints Markdown. Only the columns of one run can be compared.
func runWatching(_ arguments: Arguments) throws {
  let times = try arguments.number("--times") ?? 10
  let all = ["races", "speed", "cost"]
  let parts = try arguments.text("--only", among: all).map { [$0] } ?? all
  let watchers = Watcher.all()
  let absent = ["entr", "inotifywait", "watchfiles", "reflex", "air", "wgo"].filter { name in
    !watchers.contains { $0.name == name }
  }
  if !absent.isEmpty {
    print("Not on the PATH, or not known how to start: \(absent.joined(separator: ", ")).\n")
  }
  if parts.contains("races") { try printRaces(watchers, times) }
  if parts.contains("speed") { try printSpeed(watchers, times * 2) }
  if parts.contains("cost") {
    try printCost(watchers, directories: 4_000, files: 12_000)
    try printCost(watchers, directories: 10_000, files: 100_000)
  }
}

/// Prints the number of lost saves in each race.
private func printRaces(_ watchers: [Watcher], _ times: Int) throws {
  print("Lost, of \(times) each:\n\n| | \(watchers.map(\.name).joined(separator: " | ")) |")
  print("|---|" + String(repeating: "---|", count: watchers.count))
  for race in WatchingRace.all {
    let cells = try watchers.map { watcher in
      try withTree(directories: 5, files: 10) { root in
        try watcher.start(in: root, settle: 2)
        defer { watcher.stop() }
        return "\(try race.lost(watcher, in: root, times: times))"
      }
    }
    print("| \(race.name) | \(cells.joined(separator: " | ")) |")
    fflush(nil)
  }
  let cells = try watchers.map { watcher in
    // The hidden files that fill the queue start its command.
    if watcher.runsForHiddenFiles { return "n/a" }
    return try withTree(directories: 5, files: 10) { root in
      try watcher.start(in: root, settle: 2)
      defer { watcher.stop() }
      return try overflow(watcher, in: root) ? "0 of 1" : "1 of 1"
    }
  }
  print("| a save while the kernel's queue overflows | \(cells.joined(separator: " | ")) |\n")
}

/// Returns whether a save is seen although its event was dropped. Hidden files in a watched directory fill
/// the queue before it (inotify(7)).
private func overflow(_ watcher: Watcher, in root: String) throws -> Bool {
  let text = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
  guard let limit = Int(text.dropLast()) else { throw UsageFailure("max_queued_events is \(text)") }
  let tree = ProcessTree(root: watcher.pid).processes
  let start: ContinuousClock.Instant
  do {
    for process in tree { kill(process, SIGSTOP) }
    defer { for process in tree { kill(process, SIGCONT) } }
    for count in 0..<(limit + 100) { try save("\(root)/src/m1/.noise\(count % 2)", count) }
    start = .now
    try save("\(root)/src/m1/File1.swift", -1)
  }
  _ = watcher.runs(after: start, quiet: 2)
  guard watcher.run(after: start, within: 0) != nil else { return false }
  // Later saves must be seen too.
  let later = ContinuousClock.now
  try save("\(root)/src/m1/File1.swift", -2)
  return watcher.run(after: later, within: 2) != nil
}

/// Prints the latencies, and the number of builds for a burst.
private func printSpeed(_ watchers: [Watcher], _ times: Int) throws {
  print("| | save to command, median | slowest | lost, of \(times) | runs for 300 files within 1.5 s |")
  print("|---|---|---|---|---|")
  for watcher in watchers {
    try withTree(directories: 20, files: 300) { root in
      try watcher.start(in: root, settle: 2)
      defer { watcher.stop() }
      var latencies: [Double] = []
      for count in 1...times {
        _ = watcher.runs(after: .now, quiet: 0.4)
        let start = ContinuousClock.now
        try save("\(root)/src/m1/File1.swift", count)
        if let end = watcher.run(after: start, within: 3) {
          latencies.append(start.duration(to: end) / .milliseconds(1))
        }
      }
      _ = watcher.runs(after: .now, quiet: 1)
      let start = ContinuousClock.now
      for count in 0..<300 {
        try save("\(root)/src/m\(count % 20)/File\(count).swift", -count)
        usleep(5_000)
      }
      let runs = watcher.runs(after: start, quiet: 1.5)
      let cells =
        latencies.max().map { [median(latencies), $0].map { String(format: "%.1f ms", $0) } } ?? ["–", "–"]
      let lost = times - latencies.count
      print("| \(watcher.name) | \(cells.joined(separator: " | ")) | \(lost) | \(runs) |")
      fflush(nil)
    }
  }
  print("")
}

/// Prints the cost of watching a tree of this size.
private func printCost(_ watchers: [Watcher], directories: Int, files: Int) throws {
  print("\(directories) directories with \(files) files:\n")
  print("| | start, CPU | idle, CPU of a core | system calls in 10 idle s | waits in 10 idle s | memory |")
  print("|---|---|---|---|---|---|")
  try withTree(directories: directories, files: files) { root in
    for watcher in watchers {
      try watcher.start(in: root, settle: files > 50_000 ? 15 : 4)
      defer { watcher.stop() }
      let tree = ProcessTree(root: watcher.pid)
      let (start, switches) = (tree.cpu, tree.switches)
      Thread.sleep(forTimeInterval: 10)
      let (idle, waits, memory) = (tree.cpu - start, tree.switches - switches, tree.memory)
      let calls = tree.calls(in: 10).map { "\($0)" } ?? "?"
      let saved = ContinuousClock.now
      try save("\(root)/src/m0/File0.swift", -1)
      let watches = watcher.run(after: saved, within: 60) != nil
      let cells = [
        "\(Int(start * 1000)) ms", String(format: "%.2f %%", idle * 10), calls, "\(waits)",
        String(format: "%.1f MB", Double(memory) / 1024),
      ]
      print("| \(watcher.name) | \(watches ? cells.joined(separator: " | ") : "does not watch") |")
      fflush(nil)
    }
  }
  print("")
}

/// Calls `body` with a directory whose `src` contains this number of directories and files.
private func withTree<Result>(directories: Int, files: Int, _ body: (String) throws -> Result) throws
  -> Result
{
  var template = Array("/tmp/watching-benchmark.XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp", code: errno) }
  let top = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  defer { try? FileManager.default.removeItem(atPath: top) }
  // The project is in a directory of its own, because much happens in /tmp.
  let root = top + "/project"
  for index in 0..<directories {
    try FileManager.default.createDirectory(
      atPath: "\(root)/src/m\(index)", withIntermediateDirectories: true)
  }
  try save("\(root)/src/a.swift", 0)  // entr only watches directories with a file
  for index in 0..<files { try save("\(root)/src/m\(index % directories)/File\(index).swift", index) }
  return try body(root)
}
