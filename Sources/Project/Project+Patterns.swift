internal import Posix
internal import Settings

extension Project {
  /// Returns warnings about patterns and paths of `watch` that match nothing, each as a diagnostic with its
  /// position. `watched` are the files and directories that are watched.
  package func warnings(watching watched: [String]) -> [String] {
    let outside = watched.filter(isOutside)
    let excluded = settings.strings(.exclude).enumerated().compactMap { index, text in
      doubt(about: text, outside).map { warning(.exclude, index, "'\(text)' \($0)") }
    }
    let named = [Setting.include, .restartOn, .reloadOn].flatMap { setting in
      settings.strings(setting).enumerated().compactMap { index, path in
        doubt(aboutPath: path, setting).map { warning(setting, index, $0) }
      }
    }
    return excluded + named
  }

  private func doubt(about pattern: String, _ outside: [String]) -> String? {
    let glob = glob(pattern, outside)
    if glob.cannotMatch(in: outside, root: root) {
      return "matches nothing: only what is in \(root) is watched"
        + (outside.isEmpty ? "" : ", and in directories other than this pattern's")
    }
    guard let path = glob.absolutePath, FileSystem.exists(path), !FileSystem.exists(root + path) else {
      return nil
    }
    return
      "matches nothing: it starts at the project's root, as in a .gitignore, and \(path) is not watched"
  }

  private func doubt(aboutPath path: String, _ setting: Setting) -> String? {
    if FileSystem.exists(path) { return nil }
    let name = shortened(path)
    if path.contains(where: { "*?{".contains($0) }) {
      let cure =
        setting.key == Setting.include.key
        ? "; name the directory, and what to watch in it in 'watch.extensions'" : "; name the directory"
      return "'\(name)' does not exist: this is a list of paths, not of patterns\(cure)"
    }
    return setting.key == Setting.include.key ? "'\(name)' does not exist; it is watched once it does" : nil
  }

  private func warning(_ setting: Setting, _ index: Int, _ text: String) -> String {
    settings.warning(setting, element: index, text)
  }
}
