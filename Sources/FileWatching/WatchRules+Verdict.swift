internal import GitIgnore

extension WatchRules {
  /// Which of the listed directories a directory belongs to.
  struct Scope {
    /// One that is meant as a whole.
    var whole: WatchedEntry?
    /// One that extensions and ignore files narrow.
    var narrowed: WatchedEntry?
    /// One whose files the server reads, and not the build.
    var restart: WatchedEntry?
    /// One whose files the browser reads.
    var reload: WatchedEntry?
    /// Why git ignores all in it that it does not track. What it tracks is of interest as far as ``narrowed`` says.
    var ignored: IgnoreFiles.Match?
    /// Why it belongs to none.
    var reason = Verdict.Reason.notListed

    var isInside: Bool { whole != nil || narrowed != nil || restart != nil || reload != nil }

    /// Excluded: a directory that is listed inside does not come back.
    var isExcluded: Bool { if case .excluded = reason { true } else { false } }
  }

  /// What a save of the file at this path does.
  package func verdict(on path: String) -> Verdict { verdict(on: path, in: scope(of: path.parentPath)) }

  /// What a save of any file in a directory does that no other rule is about.
  package func verdict(onDirectory path: String) -> Verdict {
    let scope = scope(of: path)
    guard let entry = scope.restart ?? scope.whole ?? scope.reload ?? scope.narrowed else {
      return Verdict(.nothing, scope.reason)
    }
    return Verdict(entry.effect, .listed(entry.origin))
  }

  /// The same as ``verdict(on:)`` for an entry of a directory of which the scope is known.
  func verdict(on path: String, in scope: Scope) -> Verdict {
    let file = files[path]
    if let file, [.settings, .rules, .tracking].contains(file.effect) {
      return Verdict(file.effect, .listed(file.origin))
    }
    if scope.isExcluded { return Verdict(.nothing, scope.reason) }
    if let exclusion = exclusion(where: { $0.matches($1) }, path) {
      return Verdict(.nothing, .excluded(exclusion.origin))
    }
    let name = path.lastName
    let isNamedFile = !IgnoredNames.contains(name)
    if let entry = (file?.effect == .restart ? file : nil) ?? (isNamedFile ? scope.restart : nil) ?? file {
      return Verdict(entry.effect, .listed(entry.origin))
    }
    if name.hasPrefix("Package@swift-"), name.hasSuffix(".swift"),
      manifestDirectories.contains(path.parentPath)
    {
      return Verdict(.build, .listed("manifest of a package, for another version of Swift"))
    }
    guard scope.isInside else { return Verdict(.nothing, scope.reason) }
    // A `.git` that is a file is that of a submodule: patterns of the outer repository end there.
    if name == ".gitignore" || name == ".git", scope.narrowed?.ignores != nil {
      return Verdict(.rules, .listed("rules of git"))
    }
    guard isNamedFile else { return Verdict(.nothing, .name(String(name))) }
    if let entry = scope.whole ?? scope.reload { return Verdict(entry.effect, .listed(entry.origin)) }
    guard let narrowed = scope.narrowed else { return Verdict(.nothing, scope.reason) }
    let match = scope.ignored ?? narrowed.ignores?.match(entry: path, isDirectory: false)
    let isIgnored = match?.ignores == true
    if let match, isIgnored, narrowed.ignores?.isTracked(path) != true {
      return Verdict(.nothing, .ignored(match))
    }
    if !extensions.isEmpty, !extensions.contains(where: name.hasSuffix) {
      return Verdict(.nothing, .otherExtension)
    }
    let reason = match.flatMap { isIgnored ? Verdict.Reason.tracked(narrowed.origin, $0) : nil }
    return Verdict(narrowed.effect, reason ?? .listed(narrowed.origin))
  }

  /// Goes from the outermost listed directory down to this one.
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

  /// The scope of a directory in one of which it is known.
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
        scope.whole = entry
      }
    }
    return scope
  }

  /// As git sees a directory: one that it ignores counts as far as it tracks what is in it, and a repository in another
  /// one has its own patterns.
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

  /// The scope of a directory that is in none of the listed ones.
  private func outside(_ directory: String) -> Scope {
    if exclusions.isEmpty { return Scope() }
    for path in directory.ancestors + [directory] where path != "/" && path != root {
      // A directory that the project is in is not left out because of its name.
      let isOutside = !path.isInside(root)
      if let exclusion = exclusion(
        where: { !(isOutside && $0.isForAnyDepth) && $0.matchesAll(in: $1) }, path)
      {
        return Scope(reason: .excluded(exclusion.origin))
      }
    }
    return Scope()
  }

  private func exclusion(where matches: (any PathPattern, String) -> Bool, _ path: String) -> Exclusion? {
    if exclusions.isEmpty { return nil }
    let names = path.isInside(root) ? [path.relative(to: root)] : [path.relative(to: root), path]
    return exclusions.first { exclusion in names.contains { matches(exclusion.pattern, $0) } }
  }
}
