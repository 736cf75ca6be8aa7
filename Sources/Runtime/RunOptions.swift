package import Reloader

/// What `hotreload run` was asked to do.
package struct RunOptions: Sendable {
  /// The executable product; nil for the only one.
  package var product: String?
  /// What the server is started with.
  package var arguments: [String] = []
  /// Where the package, or a directory in it, is.
  package var packagePath = "."
  /// `debug`, `release`, or nil for SwiftPM's default.
  package var configuration: String?
  /// Whether saves are built by the fast path where that is possible.
  package var isFast = true
  /// Whether to tell more.
  package var isVerbose = false
  /// How long things may take.
  package var timing = Timing()

  /// The defaults.
  package init() {}
}

/// Input that nothing can be done with. Its text says what to do.
package struct UsageFailure: Error, CustomStringConvertible {
  package let description: String

  /// With what the user reads after `error: `.
  package init(_ description: String) { self.description = description }
}
