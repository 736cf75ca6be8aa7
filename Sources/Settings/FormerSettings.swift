// The settings that have been replaced by others of another type, so that an error can say what to write.

extension Setting {
  /// The replacement of each former setting, by its key, for people.
  static let former = [
    "restart.enabled": "write policy = \"no\" for false, and policy = \"on-failure\" for true",
    "console.verbose": "write verbosity = \"verbose\"",
  ]

  /// The replacement of each former option, for people.
  package static let formerOptions = [
    "--no-restart": "write '--restart no'", "--no-verbose": "write '--verbosity normal'",
  ]

  /// Returns what to write in place of a former variable; `nil` if `name` is none.
  static func formerVariable(_ name: String) -> String? {
    switch name {
    case "HOTRELOAD_RESTART_ENABLED": "write HOTRELOAD_RESTART_POLICY, 'no' or 'on-failure'"
    case "HOTRELOAD_CONSOLE_VERBOSE": "write HOTRELOAD_CONSOLE_VERBOSITY=verbose"
    default: nil
    }
  }
}
