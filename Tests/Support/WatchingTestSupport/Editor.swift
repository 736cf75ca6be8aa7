internal import Glibc

/// The ways in which programs save an existing file, system call by system call.
package enum Editor: String, CaseIterable, Sendable {
  /// Written in place: VS Code, nano, Vim with `backupcopy=yes`.
  case inPlace
  /// VS Code with `files.saveAtomically`-like extensions, Sublime, Zed: another file, made durable, then renamed.
  case atomic
  /// Emacs: a lock that is a link, a backup by renaming, and the file made anew.
  case emacs
  /// Emacs without a backup: the file is written in place under the lock.
  case emacsWithoutBackup
  /// Vim and Neovim with `writebackup`: a probe, a backup by renaming, the file made anew, the backup deleted.
  case vim
  /// JetBrains' safe write: a temporary file; the old one is renamed and deleted.
  case jetBrains
  /// GLib, so gedit and GNOME Builder.
  case glib
  /// Kate and Qt Creator.
  case qt
  /// An editor that saves in place, and a formatter that rewrites the file at once.
  case formatter
  /// An editor that truncates the file and writes it in pieces.
  case pieces

  /// Saves `text` to `path`.
  package func save(_ path: String, _ text: String) {
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let (directory, name) = (path[..<slash], path[path.index(after: slash)...])
    switch self {
    case .inPlace:
      Files.save(path, text)
    case .atomic:
      saveDurably("\(directory)/.\(name).tmp-4711", text)
      Files.rename("\(directory)/.\(name).tmp-4711", path)
    case .emacs, .emacsWithoutBackup:
      Files.symbolicLink("\(directory)/.#\(name)", to: "somebody@host.4711:1700000000")
      if self == .emacs { Files.rename(path, path + "~") }
      Files.save(path, text)
      chmod(path, 0o644)
      Files.delete("\(directory)/.#\(name)")
    case .vim:
      Files.save("\(directory)/.\(name).swp", "swap")
      Files.save("\(directory)/4913", "")
      Files.delete("\(directory)/4913")
      Files.rename(path, path + "~")
      saveDurably(path, text)
      chmod(path, 0o644)
      Files.delete(path + "~")
      Files.delete("\(directory)/.\(name).swp")
    case .jetBrains:
      saveDurably(path + "___jb_tmp___", text)
      Files.rename(path, path + "___jb_old___")
      Files.rename(path + "___jb_tmp___", path)
      Files.delete(path + "___jb_old___")
    case .glib:
      saveDurably("\(directory)/.goutputstream-AB12CD", text)
      Files.rename("\(directory)/.goutputstream-AB12CD", path)
    case .qt:
      saveDurably("\(path).aB1cD2", text)
      Files.rename("\(path).aB1cD2", path)
    case .formatter:
      Files.save(path, "unformatted \(text)")
      Files.save(path, text)
    case .pieces:
      let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      for byte in text.utf8 { withUnsafeBytes(of: byte) { _ = write(file, $0.baseAddress, 1) } }
      Files.close(file)
    }
  }

  private func saveDurably(_ path: String, _ text: String) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    _ = write(file, text, text.utf8.count)
    fsync(file)
    Files.close(file)
  }
}
