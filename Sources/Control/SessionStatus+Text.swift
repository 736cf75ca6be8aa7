package import Reporting

// The status for people.
extension SessionStatus {
  /// The line that `hotreload wait` prints.
  package var summary: String {
    services.map { service in
      let name = service.name.map { "\($0): " } ?? ""
      guard let generation = service.generation else { return name + service.state }
      let place =
        service.addresses.isEmpty ? "runs" : "serves on \(service.addresses.joined(separator: ", "))"
      return "\(name)generation \(generation) \(place)"
    }.joined(separator: "\n")
  }

  /// Returns the lines that `hotreload status` prints. `now` is in seconds since 1970.
  package func text(_ style: Style, now: Double) -> String {
    var lines = [
      style.bold(project) + style.dim(" (hotreload \(version), pid \(pid), for \(duration(now - since)))")
    ]
    lines += services.flatMap { $0.lines(style, now: now) }
    if let build { lines += build.lines(style) }
    if isPaused {
      lines.append("paused with \(pending.count == 1 ? "1 saved file" : "\(pending.count) saved files")")
    } else if !pending.isEmpty {
      lines.append("saved and not built yet: \(pending.joined(separator: ", "))")
    }
    if let pages { lines.append("pages that reload automatically: \(pages)") }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension SessionStatus.Service {
  fileprivate func lines(_ style: Style, now: Double) -> [String] {
    let name = (name ?? product).map { "\($0): " } ?? ""
    var line = name + (state == "serving" || state == "running" ? style.green(state) : style.magenta(state))
    if let generation { line += ", generation \(generation)" }
    if let successor { line += ", generation \(successor) is starting" }
    if !addresses.isEmpty { line += ", listens on \(style.bold(addresses.joined(separator: ", ")))" }
    if let pid { line += style.dim(" (pid \(pid)\(since.map { ", for \(duration(now - $0))" } ?? ""))") }
    return [line] + [failure].compactMap(\.self).map { style.red("failed: ") + $0 }
  }
}

extension BuildStatus {
  fileprivate func lines(_ style: Style) -> [String] {
    let time = seconds.map { " after \(brief(.seconds($0)))" } ?? ""
    switch state {
    case .running: return ["building"]
    case .superseded: return ["the build was superseded by a newer save"]
    case .succeeded: return ["the last build succeeded\(time)"] + texts(style)
    case .failed: return [style.red("the last build failed") + time] + texts(style)
    }
  }

  private func texts(_ style: Style) -> [String] {
    diagnostics.map {
      style.diagnostic($0.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }
  }
}

/// Returns a duration in seconds for people.
private func duration(_ seconds: Double) -> String { brief(.seconds(max(0, seconds).rounded())) }
