/// The state of a running hotreload, as `hotreload status --json` prints it.
package struct SessionStatus: Codable, Equatable, Sendable {
  /// The version of hotreload.
  package var version: String
  /// The absolute path of the project.
  package var project: String
  /// The process that the user has started.
  package var pid: Int
  /// The time of its start, in seconds since 1970.
  package var since: Double
  /// The URL of the pages that reload automatically; `nil` if there are none.
  package var pages: String?
  /// The URL of those pages, or of the first address that is served; `nil` if there is none.
  package var url: String?
  /// Whether saves are gathered and not built.
  package var isPaused: Bool
  /// The saved files that are not being built yet, relative to the project if they are in it.
  package var pending: [String]
  /// Whether everything that was saved is live, or has failed.
  package var isSettled: Bool
  /// The build that runs, or the last one; `nil` before the first.
  package var build: BuildStatus?
  /// The services, in the order of the settings.
  package var services: [Service]

  /// A service and its live generation.
  package struct Service: Codable, Equatable, Sendable {
    /// The name in the settings; `nil` if there is only one service.
    package var name: String?
    /// The product; `nil` if it is not known, or a command is run.
    package var product: String?
    /// `stopped`, `starting`, `running` (it does not listen), `serving`, `swapping`, `restarting` or `ending`.
    package var state: String
    /// The number of the live generation.
    package var generation: Int?
    /// The number of the generation that is to take over.
    package var successor: Int?
    /// The addresses at which the live generation listens.
    package var addresses: [String]
    /// The process of the live generation.
    package var pid: Int?
    /// The time of its start, in seconds since 1970.
    package var since: Double?
    /// Why the newest code does not run; `nil` if it does.
    package var failure: String?

    /// Creates the description of a service.
    package init(
      name: String?, product: String?, state: String, generation: Int?, successor: Int?, addresses: [String],
      pid: Int?, since: Double?, failure: String?
    ) {
      (self.name, self.product, self.state, self.generation) = (name, product, state, generation)
      (self.successor, self.addresses, self.pid) = (successor, addresses, pid)
      (self.since, self.failure) = (since, failure)
    }
  }

  /// Creates a status.
  package init(
    version: String, project: String, pid: Int, since: Double, pages: String?, url: String?, isPaused: Bool,
    pending: [String], isSettled: Bool, build: BuildStatus?, services: [Service]
  ) {
    (self.version, self.project, self.pid, self.since) = (version, project, pid, since)
    (self.pages, self.url, self.isPaused, self.pending) = (pages, url, isPaused, pending)
    (self.isSettled, self.build, self.services) = (isSettled, build, services)
  }

  enum CodingKeys: String, CodingKey {
    case version, project, pid, since, pages, url, pending, build, services
    case isPaused = "paused"
    case isSettled = "settled"
  }
}
