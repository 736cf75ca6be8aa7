/// A request to a running hotreload: one JSON object in one line.
package struct ControlRequest: Codable, Equatable, Sendable {
  /// The command of a request.
  package enum Command: String, Codable, CaseIterable, Sendable {
    /// Answers with the status.
    case status
    /// Answers with the metrics.
    case metrics
    /// Answers as soon as everything that was saved before is live, or has failed.
    case wait
    /// Builds, starts new processes, and answers as ``wait`` does.
    case reload
    /// Starts new processes without a build, and answers as ``wait`` does.
    case restart
    /// Gathers saves, and builds nothing.
    case pause
    /// Builds what was gathered, and every save from now on.
    case resume
    /// Ends hotreload and its servers. The connection ends with it.
    case stop
  }

  /// The version of the protocol. A server refuses another one.
  package static let version = 1
  /// The maximum length of a request, in bytes.
  package static let limit = 4096

  /// The version of the protocol that the client speaks.
  package var version = Self.version
  /// The command.
  package var command: Command
  /// The name of the service that it is for; `nil` for all.
  package var service: String?

  /// Creates a request.
  package init(_ command: Command, service: String? = nil) {
    (self.command, self.service) = (command, service)
  }
}

/// The reply to a request: one JSON object in one line.
package struct ControlReply: Codable, Equatable, Sendable {
  /// The result of a command.
  package enum Result: String, Codable, Sendable {
    /// The command was carried out. After ``ControlRequest/Command/wait``, everything is live.
    case done
    /// The newest code is not live: the build or the code has failed.
    case failed
    /// The command was not carried out.
    case refused
  }

  /// The version of the protocol.
  package var version = ControlRequest.version
  /// The result.
  package var result: Result
  /// The reason, unless the command was carried out.
  package var text: String?
  /// The status after the command.
  package var status: SessionStatus?
  /// The metrics in the text format of Prometheus.
  package var metrics: String?

  /// Creates a reply.
  package init(_ result: Result, text: String? = nil, status: SessionStatus? = nil, metrics: String? = nil) {
    (self.result, self.text, self.status, self.metrics) = (result, text, status, metrics)
  }
}
