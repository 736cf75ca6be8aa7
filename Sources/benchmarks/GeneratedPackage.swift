import Foundation

/// Generates a package of up to five modules with about 40 files each. Each module imports the one below it.
/// The package contains the server of HelloServer, whose answer includes a text from
/// `Sources/<module>/Text.swift` of each module.
func runGenerate(_ arguments: Arguments) throws {
  let root = URL(filePath: arguments.names[0]).standardizedFileURL
  let count = try arguments.number("--modules", upTo: 5) ?? 5
  let modules = ["Core", "Model", "Storage", "Service", "App"].suffix(count)
  func write(_ text: String, _ path: String) throws {
    let file = root.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
  var targets: [String] = []
  for (below, module) in zip([nil] + modules.map(Optional.some), modules) {
    let isTop = module == modules.last
    targets.append(
      ".\(isTop ? "executableTarget" : "target")(name: \"\(module)\", dependencies: [\(below.map { "\"\($0)\"" } ?? "")])"
    )
    let access = isTop ? "" : "public "
    let lower = below.map { "import \($0)\n\n" } ?? ""
    let rest = below.map { " + \" \" + text\($0)()" } ?? ""
    try write(
      "\(lower)\(access)func text\(module)() -> String {\n  \"\(module)\"\(rest)\n}\n",
      "Sources/\(module)/Text.swift")
    for number in 1...40 {
      try write(
        part(number, of: module, below: below, access: access), "Sources/\(module)/Part\(number).swift")
    }
  }
  let server = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../HelloServer/HelloServer.swift")
  try write(try String(contentsOf: server.standardized, encoding: .utf8), "Sources/App/HelloServer.swift")
  try write("var greeting: String { textApp() }\n", "Sources/App/Greeting.swift")
  try write(
    """
    // swift-tools-version: 6.1
    import PackageDescription

    let package = Package(
      name: "Generated",
      targets: [
        \(targets.joined(separator: ",\n    ")),
      ])

    """, "Package.swift")
}

/// Returns a source with typical declarations.
private func part(_ number: Int, of module: String, below: String?, access: String) -> String {
  """
  \(below.map { "import \($0)\n" } ?? "")
  \(access)struct \(module)Part\(number): Codable, Hashable, Sendable {
    \(access)var name: String
    \(access)var values: [String: Int]
    \(access)init(name: String, values: [String: Int]) {
      self.name = name
      self.values = values
    }
    \(access)var total: Int { values.values.reduce(0, +) \(below.map { "+ \($0)Part\(number)(name: name, values: values).total" } ?? "") }
    \(access)func filtered(above limit: Int) -> Self {
      Self(name: name, values: values.filter { $0.value > limit })
    }
  }

  """
}
