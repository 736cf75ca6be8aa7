internal import GitIgnore

extension WatchRules {
  /// The listed directories to which a directory belongs.
  struct Scope {
    /// The listed directory of which every file counts.
    var unfiltered: WatchedEntry?
    /// The listed directory that extensions and ignore files narrow.
    var narrowed: WatchedEntry?
    /// The listed directory whose files the server reads and the build does not.
    var restart: WatchedEntry?
    /// The listed directory whose files the browser reads.
    var reload: WatchedEntry?
    /// The pattern with which git ignores the directory although it tracks files in it. Only the tracked
    /// files can be of interest, as ``narrowed`` says. `nil` if the directory is not ignored.
    var ignored: IgnoreFiles.Match?
    /// The reason why the directory belongs to no listed one.
    var reason = SaveEffect.Reason.notListed

    /// Whether the directory belongs to a listed one.
    var isInside: Bool { unfiltered != nil || narrowed != nil || restart != nil || reload != nil }

    /// Whether the directory is excluded. A listed directory below an excluded one is excluded too.
    var isExcluded: Bool { if case .excluded = reason { true } else { false } }
  }

  /// Returns the effect of a save of the file at this path.
  package func saveEffect(on path: String) -> SaveEffect {
    saveEffect(on: path, in: scope(of: path.parentPath))
  }

  /// Returns the effect of a save of a file in this directory for which no other rule exists.
  package func saveEffect(onDirectory path: String) -> SaveEffect {
    let scope = scope(of: path)
    guard let entry = scope.restart ?? scope.unfiltered ?? scope.reload ?? scope.narrowed else {
      return SaveEffect(.nothing, scope.reason)
    }
    return SaveEffect(entry.effect, .listed(entry.origin))
  }

  /// Returns the effect of a save of an entry of a directory whose scope is known.
  func saveEffect(on path: String, in scope: Scope) -> SaveEffect {
    let file = files[path]
    if let file, [.settings, .rules, .tracking].contains(file.effect) {
      return SaveEffect(file.effect, .listed(file.origin))
    }
    if scope.isExcluded { return SaveEffect(.nothing, scope.reason) }
    if let exclusion = exclusion(where: { $0.matches($1) }, path) {
      return SaveEffect(.nothing, .excluded(exclusion.origin))
    }
    let name = path.lastName
    let isNamedFile = !IgnoredNames.contains(name)
    if let entry = (file?.effect == .restart ? file : nil) ?? (isNamedFile ? scope.restart : nil) ?? file {
      return SaveEffect(entry.effect, .listed(entry.origin))
    }
    if name.hasPrefix("Package@swift-"), name.hasSuffix(".swift"),
      manifestDirectories.contains(path.parentPath)
    {
      return SaveEffect(.build, .listed("a package's manifest for another version of Swift"))
    }
    guard scope.isInside else { return SaveEffect(.nothing, scope.reason) }
    // A file `.git` is that of a submodule, at which the patterns of the outer repository end.
    if name == ".gitignore" || name == ".git", scope.narrowed?.ignores != nil {
      return SaveEffect(.rules, .listed("git's ignore rules"))
    }
    guard isNamedFile else { return SaveEffect(.nothing, .name(String(name))) }
    if let entry = scope.unfiltered ?? scope.reload { return SaveEffect(entry.effect, .listed(entry.origin)) }
    guard let narrowed = scope.narrowed else { return SaveEffect(.nothing, scope.reason) }
    let match = scope.ignored ?? narrowed.ignores?.match(entry: path, isDirectory: false)
    let isIgnored = match?.ignores == true
    if let match, isIgnored, narrowed.ignores?.isTracked(path) != true {
      return SaveEffect(.nothing, .ignored(match))
    }
    if !extensions.isEmpty, !extensions.contains(where: name.hasSuffix) {
      return SaveEffect(.nothing, .otherExtension)
    }
    let reason = match.flatMap { isIgnored ? SaveEffect.Reason.tracked(narrowed.origin, $0) : nil }
    return SaveEffect(narrowed.effect, reason ?? .listed(narrowed.origin))
  }

  /// Returns the scope of a directory, which is found from the outermost listed directory downwards.
  func scope(of directory: String) -> Scope {
    var way: [String] = []
    var current = directory
    while !outermost.contains(current) {
      if current == "/" { return outside(directory) }
      way.append(current)
      current = current.parentPath
    }
    var scope = scope(of: current, in: outside(current.parentPath))
    for directory in way.reversed() { scope = self.scope(of: directory, in: scope) }
    return scope
  }

  /// Returns the scope of a directory whose parent's scope is known.
  func scope(of directory: String, in parent: Scope) -> Scope {
    if parent.isExcluded { return parent }
    if let exclusion = exclusion(where: { $0.matchesAll(in: $1) }, directory) {
      return Scope(reason: .excluded(exclusion.origin))
    }
    var scope = parent
    let name = directory.lastName
    if scope.isInside, IgnoredNames.contains(name) {
      scope = Scope(reason: .name(String(name)))
    } else if let narrowed = scope.narrowed, let ignores = narrowed.ignores {
      narrow(&scope, to: directory, narrowed, ignores)
    }
    for entry in directories[directory] ?? [] {
      if entry.effect == .restart {
        scope.restart = entry
      } else if entry.effect == .reload {
        scope.reload = entry
      } else if entry.isNarrowed {
        scope.narrowed = entry
        scope.ignored = nil
      } else {
        scope.unfiltered = entry
      }
    }
    return scope
  }

  /// Narrows a scope by git's patterns. Only the tracked files of an ignored directory remain, and a
  /// repository inside another one has its own patterns.
  private func narrow(
    _ scope: inout Scope, to directory: String, _ narrowed: WatchedEntry, _ ignores: IgnoreFiles
  ) {
    let match = scope.ignored ?? ignores.match(entry: directory, isDirectory: true)
    if let match, match.ignores {
      if ignores.isTracked(directory) {
        scope.ignored = nil  // a submodule
      } else if ignores.holdsTracked(directory) {
        scope.ignored = match
      } else {
        scope.narrowed = nil
        scope.ignored = nil
        scope.reason = .ignored(match)
        return
      }
    }
    if let own = ignores.repository(at: directory) {
      scope.narrowed = narrowed.replacing(ignores: own)
      scope.ignored = nil
    }
  }

  /// Returns the scope of a directory that is in no listed one.
  private func outside(_ directory: String) -> Scope {
    if exclusions.isEmpty { return Scope() }
    for path in directory.ancestors + [directory] where path != "/" && path != root {
      // Patterns for any depth do not apply to directories outside of the project, such as those above it.
      let isOutside = !path.isInside(root)
      if let exclusion = exclusion(
        where: { !(isOutside && $0.isForAnyDepth) && $0.matchesAll(in: $1) }, path)
      {
        return Scope(reason: .excluded(exclusion.origin))
      }
    }
    return Scope()
  }

  /// Returns the first exclusion that matches a path, relative to the root or absolute. `nil` if there is
  /// none.
  private func exclusion(where matches: (any PathPattern, String) -> Bool, _ path: String) -> Exclusion? {
    if exclusions.isEmpty { return nil }
    let names = path.isInside(root) ? [path.relative(to: root)] : [path.relative(to: root), path]
    return exclusions.first { exclusion in names.contains { matches(exclusion.pattern, $0) } }
  }
}
