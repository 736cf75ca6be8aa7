package import GitIgnore
internal import Posix

extension IgnoreFiles {
  /// Creates the ignore files of a directory as git reads them: in its repository, or in the tree at `root`
  /// if it is in none. `nil` for a directory that git ignores itself, because a user who names it wants its
  /// files.
  package convenience init?(of directory: String, root: String) {
    let repository = Repository(of: directory)
    let top = repository?.top ?? Self.top(of: directory, root: root)
    let settings = Self.configurations(repository).compactMap { try? FileSystem.read($0) }
      .map(GitConfiguration.init)
    let ignoresCase = settings.compactMap(\.ignoresCase).first ?? false
    let tracked = repository.map { TrackedFiles($0.index, hashSize: settings.first?.hashSize ?? 20) }
    let files = [repository?.exclude, Self.usersFile(settings)].compactMap(\.self)
    self.init(
      top: top,
      others: files.compactMap { path in
        (try? FileSystem.read(path)).map { IgnoreList($0, path: path, ignoresCase: ignoresCase) }
      }, ignoresCase: ignoresCase,
      tracked: { tracked?.current },
      inner: { FileSystem.exists($0 + "/.git") ? IgnoreFiles(of: $0, root: root) : nil }
    ) { path in
      // Like git, this ignores symbolic links.
      FileSystem.exists(path) && FileSystem.linkTarget(path) == nil ? try? FileSystem.read(path) : nil
    }
    if directory != top, match(directory, isDirectory: true)?.ignores == true { return nil }
  }

  /// Returns the ignore files that apply to a directory and are not in it. A `.gitignore` among them may not
  /// exist yet.
  package static func outerFiles(of directory: String, root: String) -> [String] {
    let repository = Repository(of: directory)
    let top = repository?.top ?? Self.top(of: directory, root: root)
    var files = [repository?.exclude].compactMap(\.self).filter(FileSystem.exists)
    var current = directory
    while current.hasPrefix(top + "/") {
      current = current.parentPath
      files.append(current + "/.gitignore")
    }
    return files
  }

  /// Returns the path of the index of the repository that a directory is in; `nil` if it is in none.
  package static func index(of directory: String) -> String? { Repository(of: directory)?.index }

  /// Returns the topmost directory for ignore files without a repository: the project for a directory in it,
  /// and otherwise the directory itself.
  private static func top(of directory: String, root: String) -> String {
    directory.hasPrefix(root + "/") ? root : directory
  }

  /// Returns the paths of git's configuration files, the one with the highest priority first.
  private static func configurations(_ repository: Repository?) -> [String] {
    [
      repository.map { $0.common + "/config" }, home.map { $0 + "/.gitconfig" },
      configHome.map { $0 + "/git/config" },
    ]
    .compactMap(\.self)
  }

  private static func usersFile(_ settings: [GitConfiguration]) -> String? {
    guard let named = settings.compactMap(\.excludesFile).first else {
      return configHome.map { $0 + "/git/ignore" }
    }
    guard named.hasPrefix("~/") else { return named }
    return home.map { $0 + named.dropFirst() }
  }

  private static var home: String? { CurrentProcess.variable("HOME") }
  private static var configHome: String? {
    CurrentProcess.variable("XDG_CONFIG_HOME").flatMap { $0.isEmpty ? nil : $0 }
      ?? home.map { $0 + "/.config" }
  }
}
