import Project
import Settings

extension Invocation {
  /// Parses the command line of a command that has settings. Returns `nil` if help is requested. `own`
  /// returns whether an option belongs to the command itself. `positional` gets all arguments that are not
  /// options; if it is `nil`, they are the product and the arguments of the server. Throws ``UsageError``.
  init?(
    _ arguments: [String], of command: Subcommand, own: (String) -> Bool = { _ in false },
    positional: ((String) -> Void)? = nil
  ) throws(UsageError) {
    self.init()
    var cursor = ArgumentCursor(arguments, of: command)
    var product: String?
    while let argument = cursor.next() {
      switch argument {
      case .option("-h"), .option("--help"):
        try cursor.noValue()
        return nil
      case .option("-C"), .option("--package-path"): packagePath = try cursor.value()
      case .option("--config"): configPath = try cursor.value()
      case .option(let name) where own(name): try cursor.noValue()
      case .option(let name) where Self.swiftPMOptions.contains(name):
        let value = try cursor.value()
        given.append(Given(.buildArguments, .strings([name, value]), option: name))
      case .option(let name) where Self.swiftPMFlags.contains(name):
        try cursor.noValue()
        given.append(Given(.buildArguments, .strings([name]), option: name))
      case .option(let name): given.append(try Self.setting(name, &cursor))
      case .positional(let name) where positional != nil: positional?(name)
      case .rest(let names) where positional != nil: names.forEach { positional?($0) }
      case .positional(let name) where product == nil:
        product = name
        given.append(Given(.product, .string(name), option: "<product>"))
      case .positional(let extra):
        throw cursor.error(
          """
          Unexpected argument '\(extra)'. Arguments for the server follow '--': \
          hotreload \(command.name) \(product ?? "") -- \(extra)
          """)
      case .rest(let arguments): given.append(Given(.runArguments, .strings(arguments), option: "--"))
      }
    }
  }

  /// The options of `swift build` with a value, which are passed on through `build.arguments`. Options that
  /// change the output, or prevent a build, are left out.
  static let swiftPMOptions = [
    "-Xswiftc", "-Xcc", "-Xcxx", "-Xlinker", "--scratch-path", "--cache-path", "--config-path",
    "--security-path", "--swift-sdks-path", "--toolset", "--pkg-config-path", "--manifest-cache",
    "--netrc-file",
    "--resolver-fingerprint-checking", "--resolver-signing-entity-checking", "--default-registry-url",
    "--triple",
    "--sdk", "--toolchain", "--swift-sdk", "--sanitize", "--jobs", "-j",
    "--explicit-target-dependency-import-check", "--build-system", "-debug-info-format", "--traits",
  ]
  /// The options of `swift build` without a value, which are passed on likewise.
  static let swiftPMFlags = [
    "--enable-dependency-cache", "--disable-dependency-cache", "--enable-build-manifest-caching",
    "--disable-build-manifest-caching", "--enable-experimental-prebuilts", "--disable-experimental-prebuilts",
    "--disable-sandbox", "--netrc", "--enable-netrc", "--disable-netrc", "--enable-signature-validation",
    "--disable-signature-validation", "--enable-prefetching", "--disable-prefetching",
    "--force-resolved-versions", "--disable-automatic-resolution", "--only-use-versions-from-resolved-file",
    "--skip-update", "--disable-scm-to-registry-transformation", "--use-registry-identity-for-scm",
    "--replace-scm-with-registry", "--auto-index-store", "--enable-index-store", "--disable-index-store",
    "--enable-parseable-module-interfaces", "--use-integrated-swift-driver", "--enable-dead-strip",
    "--disable-dead-strip", "--disable-local-rpath", "--enable-all-traits", "--disable-default-traits",
    "--build-tests", "--enable-code-coverage", "--disable-code-coverage", "--enable-xctest",
    "--disable-xctest",
    "--enable-swift-testing", "--disable-swift-testing", "--static-swift-stdlib", "--no-static-swift-stdlib",
  ]

  /// Returns the setting that an option sets.
  private static func setting(_ name: String, _ cursor: inout ArgumentCursor) throws(UsageError) -> Given {
    if name.hasPrefix("--no-"),
      let setting = Setting.all.first(where: { "--no-\($0.option.dropFirst(2))" == name }),
      setting.kind == .flag
    {
      try cursor.noValue()
      return Given(setting, .flag(false), option: name)
    }
    for setting in Setting.all {
      guard let shorthand = setting.shorthands.first(where: { $0.names.contains(name) }) else { continue }
      try cursor.noValue()
      return Given(setting, .string(shorthand.value), option: name)
    }
    if let correction = Setting.formerOptions[name] {
      throw cursor.error("Unknown option '\(name)'; \(correction)")
    }
    guard let setting = Setting.all.first(where: { $0.option == name || $0.short == name }) else {
      throw cursor.unknown()
    }
    if setting.kind == .flag {
      try cursor.noValue()
      return Given(setting, .flag(true), option: name)
    }
    let text = try cursor.value()
    do throws(InvalidValue) {
      return Given(setting, try SettingValue(text, of: setting.kind), option: name)
    } catch {
      throw cursor.error("The value for '\(name)' is invalid: \(error)")
    }
  }
}
