package import GitIgnore
internal import Posix

extension IgnoreFiles {
  /// What git would read about a directory: of the repository that it is in, or, where there is none, of the tree at
  /// `root`. Nil for a directory that git ignores itself: who names it wants what is in it.
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
      // As git: one that is a link is not read.
      FileSystem.exists(path) && FileSystem.linkTarget(path) == nil ? try? FileSystem.read(path) : nil
    }
    if directory != top, match(directory, isDirectory: true)?.ignores == true { return nil }
  }

  /// The files that say what is ignored in a directory and are not in it; a `.gitignore` may be made later.
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

  /// The file that says what git tracks of what is in a directory.
  package static func index(of directory: String) -> String? { Repository(of: directory)?.index }

  /// Without a repository: the project, for what is in it.
  private static func top(of directory: String, root: String) -> String {
    directory.hasPrefix(root + "/") ? root : directory
  }

  /// The strongest first.
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
