import Foundation

/// A process and all of its descendants (proc(5)).
struct ProcessTree {
  /// The pids.
  let processes: [CInt]

  /// Finds the descendants of `root`.
  init(root: CInt) { processes = Self.below(root) }

  /// Returns a process and its descendants.
  private static func below(_ process: CInt) -> [CInt] {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    let children = tasks.flatMap { task in
      text("/proc/\(process)/task/\(task)/children").split(separator: " ").compactMap { CInt($0) }
    }
    return [process] + children.flatMap(below)
  }

  /// The CPU time so far, in seconds. It is exact for running processes, and in ticks of 10 ms for those that
  /// have ended.
  var cpu: Double {
    processes.reduce(0) { sum, process in
      let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
      let own = tasks.reduce(0.0) { sum, task in
        let first = Self.text("/proc/\(process)/task/\(task)/schedstat").split(separator: " ").first
        return sum + (first.flatMap { Double($0) } ?? 0) / 1e9
      }
      let fields = Self.text("/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ") ?? []
      let ended = fields.count > 14 ? (Double(fields[13]) ?? 0) + (Double(fields[14]) ?? 0) : 0
      return sum + own + ended / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
  }

  /// The memory in KiB. Shared memory is divided between the processes (PSS).
  var memory: Int {
    processes.reduce(0) { sum, process in
      // The server that the watcher runs is not counted.
      if Self.text("/proc/\(process)/comm") == "sleep\n" { return sum }
      return sum + Self.number("Pss:", "/proc/\(process)/smaps_rollup")
    }
  }

  /// The number of voluntary context switches. A system call that waits causes one.
  var switches: Int {
    processes.reduce(0) { sum, process in
      let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
      return tasks.reduce(sum) {
        $0 + Self.number("voluntary_ctxt_switches:", "/proc/\(process)/task/\($1)/status")
      }
    }
  }

  /// Returns the number of system calls within a time in seconds; `nil` without strace(1).
  func calls(in seconds: Int) -> Int? {
    let file = "/tmp/benchmark-strace-\(getpid())"
    defer { unlink(file) }
    let strace = Process()
    strace.executableURL = URL(filePath: "/usr/bin/timeout")
    strace.arguments =
      ["-s", "INT", "\(seconds)", "strace", "-f", "-qq", "-o", file] + processes.flatMap { ["-p", "\($0)"] }
    strace.standardError = FileHandle.nullDevice
    guard (try? strace.run()) != nil else { return nil }
    strace.waitUntilExit()
    guard let lines = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
    // A call that was waiting is interrupted when strace attaches, and has no result when strace detaches.
    return lines.split(separator: "\n").count {
      $0.contains(" = ") && !$0.contains("<detached ...>") && !$0.contains("EINTR")
    }
  }

  /// Returns the number after a key in a file; 0 if there is none.
  private static func number(_ key: String, _ path: String) -> Int {
    let line = text(path).split(separator: "\n").first { $0.hasPrefix(key) }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
