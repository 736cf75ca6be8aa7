internal import FileWatching

// The use of inotify in comparison with its limits.
extension Finding {
  /// Returns the findings about the watches and the instances.
  static func inotify(_ uses: [InotifyUse], watches: InotifyLimit, instances: InotifyLimit) -> [Finding] {
    [
      use(
        .watches, uses.map { Use(process: $0, count: $0.watches) }, watches, least: 524_288,
        consequence: "directories beyond the limit are polled, which is slower"),
      use(
        .instances, uses.map { Use(process: $0, count: $0.instances) }, instances, least: 1024,
        consequence: "without an instance every file is polled, which is slower"),
    ]
  }

  /// The number of watches or instances of a process.
  private struct Use {
    let process: InotifyUse
    let count: Int
  }

  /// Returns the finding about one limit. It is a warning if less than a tenth is left.
  private static func use(
    _ check: Check, _ uses: [Use], _ limit: InotifyLimit, least: Int, consequence: String
  ) -> Finding {
    let total = uses.reduce(0) { $0 + $1.count }
    let most = uses.filter { $0.count > 0 }.sorted { $0.count > $1.count }.prefix(3)
      .map { "\($0.process.name) (pid \($0.process.pid)) \($0.count)" }
    let users = most.isEmpty ? "" : ": " + most.joined(separator: ", ")
    guard let value = limit.value else {
      return .ok(check, "\(total) in use\(users); the system does not tell the limit")
    }
    let text = "\(total) of \(value) in use (\(limit.setting))\(users)"
    if total * 10 < value * 9 { return .ok(check, text) }
    return .warning(
      check, "\(text); \(consequence)",
      advice: "close one of these programs, or raise the limit, in a container on its host: "
        + limit.raising(atLeast: least))
  }
}
