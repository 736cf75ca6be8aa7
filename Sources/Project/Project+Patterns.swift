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
    if glob.isForeign(to: outside, root: root) {
      return "describes nothing: only what is in \(root) is watched"
        + (outside.isEmpty ? "" : ", and in other directories than this pattern's")
    }
    guard let path = glob.absolutePath, FileSystem.exists(path), !FileSystem.exists(root + path) else {
      return nil
    }
    return
      "describes nothing: it begins at the project's root, as in a .gitignore, and \(path) is not watched"
  }

  private func doubt(aboutPath path: String, _ setting: Setting) -> String? {
    if FileSystem.exists(path) { return nil }
    let name = shortened(path)
    if path.contains(where: { "*?{".contains($0) }) {
      let cure =
        setting.key == Setting.include.key
        ? "; name the directory, and in 'watch.extensions' what to watch in it" : "; name the directory"
      return "there is no '\(name)': this is a list of paths, not of patterns\(cure)"
    }
    return setting.key == Setting.include.key ? "there is no \(name); it counts once it is there" : nil
  }

  private func warning(_ setting: Setting, _ index: Int, _ text: String) -> String {
    settings.warning(setting, element: index, text)
  }
}
