internal import Reporting

extension EventProbe {
  /// The directory of a trial.
  struct Place: Equatable {
    var directory: String
    /// The type of its file system, as the mount table names it; `nil` if that is not known.
    var type: String?
    /// The name of its file system if that does not report every change; `nil` if it does.
    var silentName: String?
  }

  /// Returns the finding about a trial.
  static func finding(_ outcome: Outcome, _ place: Place) -> Finding {
    let name = place.directory + (place.type.map { " (\($0))" } ?? "")
    if let silentName = place.silentName {
      return .warning(
        .events,
        "\(name) is on a file system (\(silentName)) that does not report changes by another machine or the host, so "
          + "hotreload polls it",
        advice:
          "for faster builds keep the project on a file system of this machine, or shorten 'watch.poll-interval'"
      )
    }
    switch outcome {
    case .arrived(let duration):
      return .ok(.events, "a write by another process in \(name) was reported after \(brief(duration))")
    case .silent:
      return .problem(
        .events, "a write by another process in \(name) was not reported within \(brief(limit))",
        advice: "set 'watch.poll = true'")
    case .notWatched(let reason):
      return .warning(
        .events, "\(name) cannot be watched (\(reason)), so files are polled",
        advice: "see 'instances' and 'watches'")
    case .notWritable(let reason):
      return .warning(
        .events, "cannot write in \(name) (\(reason)), so it is not known whether events arrive there",
        advice: "run hotreload as a user who may write there")
    }
  }
}
