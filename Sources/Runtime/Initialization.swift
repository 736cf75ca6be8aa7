internal import Posix
internal import Settings

/// Writes a documented `.reload.toml` into a directory, or one with what an `.air.toml` says. `write` gets what the user
/// reads. Throws ``UsageFailure``, also where there is one already, and what the system refuses.
package func initialize(in directory: String, from source: String?, write: (String) -> Void) throws {
  let path = "\(directory)/.reload.toml"
  guard FileSystem.isDirectory(directory) else { throw UsageFailure("'\(directory)' is not a directory") }
  guard !FileSystem.exists(path) else {
    throw UsageFailure(
      "\(path) is there already; remove it first, or change it ('hotreload config' shows what it says)")
  }
  guard let source else {
    try FileSystem.write(Settings.example, to: path)
    return write("\(path) is written; every setting is in it as a comment\n")
  }
  let translation = try AirTranslation(toml: try FileSystem.read(source), path: source)
  try FileSystem.write(translation.text, to: path)
  write("\(path) is written\n" + translation.notes.map { "\(source): \($0)\n" }.joined())
}
