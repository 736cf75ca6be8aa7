import Foundation

/// A process as `/proc` shows it.
struct ObservedProcess: Equatable, CustomStringConvertible {
  let pid: pid_t
  let command: String

  var description: String { "\(pid) \(command)" }

  /// Returns all processes that were started with `variable` in their environment.
  static func all(with variable: String) -> [ObservedProcess] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.sorted().compactMap { pid in
      guard strings("/proc/\(pid)/environ").contains(variable) else { return nil }
      return ObservedProcess(pid: pid, command: strings("/proc/\(pid)/cmdline").joined(separator: " "))
    }
  }

  /// Whether it is a compiler or a linker, or SwiftPM.
  var builds: Bool {
    let program = command.split(separator: " ").first?.split(separator: "/").last.map(String.init) ?? ""
    return ["swift", "clang", "ld", "lld", "gold"].contains { program.contains($0) }
  }

  /// Returns whether there is a process or a zombie with this pid.
  static func exists(_ pid: pid_t) -> Bool { kill(pid, 0) == 0 }

  /// Returns whether a process is stopped (SIGSTOP).
  static func isStopped(_ pid: pid_t) throws -> Bool {
    let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    return stat.split(separator: ")").last?.hasPrefix(" T") == true
  }

  /// Returns the program that a process runs.
  static func executable(of pid: pid_t) throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")
  }

  /// Returns the targets of the descriptors of a process, such as `0: /dev/null`.
  static func descriptors(of pid: pid_t) throws -> [Int32: String] {
    let directory = "/proc/\(pid)/fd"
    var targets: [Int32: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
      if let number = Int32(name) {
        targets[number] = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\(name)")
      }
    }
    return targets
  }

  private static func strings(_ path: String) -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}
