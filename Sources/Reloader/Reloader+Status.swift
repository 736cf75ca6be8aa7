// The state that people and programs ask for.

extension Reloader {
  /// Whether everything that was saved is built and live, or has failed.
  package var isSettled: Bool { !isCycleOpen }

  /// Whether a build is running or about to.
  package var isBuilding: Bool { !builds.isIdle || !builds.wanted.isEmpty }

  /// Why the newest code does not run: the failure of the build first, then those of the services in their order.
  package var reasons: [(service: ServiceID?, report: Report)] {
    failures.sorted { ($0.key?.number ?? 0) < ($1.key?.number ?? 0) }.map { ($0.key, $0.value) }
  }

  /// Returns the state of a service; `nil` if it does not run and does not wait either.
  package func status(of service: ServiceID) -> ServiceStatus? {
    rollouts[service].map { ServiceStatus($0) }
  }
}

/// The state of a service at one moment.
package struct ServiceStatus: Equatable, Sendable {
  /// The current activity of a service.
  package enum Activity: String, Sendable {
    /// Nothing runs. The next save starts it.
    case stopped
    /// A program was started alone, and does not listen yet.
    case starting
    /// A program runs that does not listen.
    case running
    /// A generation accepts connections.
    case serving
    /// A generation accepts connections, and its successor is starting or taking over.
    case swapping
    /// Nothing runs until the delay of the restart is over.
    case restarting
    /// Everything is being ended.
    case ending
  }

  /// The current activity.
  package let activity: Activity
  /// The number of the live generation.
  package let generation: Int?
  /// The number of the generation that is to take over.
  package let successor: Int?
  /// The addresses at which the live generation listens.
  package let addresses: [String]
  /// The time when the live generation was started.
  package let startedAt: ContinuousClock.Instant?
  /// Whether the live generation runs other code than the build has made last.
  package let isOutdated: Bool

  init(_ rollout: Rollout) {
    let live = rollout.live.flatMap { rollout.generations[$0] }
    generation = rollout.live
    successor = rollout.candidate
    addresses = live?.addresses ?? []
    startedAt = live?.startedAt
    isOutdated = live != nil && rollout.programs.built != nil && rollout.isBehind
    activity =
      if rollout.isEnding {
        .ending
      } else if rollout.candidate != nil || rollout.swap != .waiting {
        .swapping
      } else if let live {
        live.listens ? .serving : live.hasPassedProbation ? .running : .starting
      } else if rollout.backoff.isScheduled {
        .restarting
      } else {
        .stopped
      }
  }
}
