import Foundation

/// A server of realistic size: a Hummingbird application in one module, with models, actors and controllers
/// that the router names.
struct ShopApplication {
  let directory: String
  /// The number of stores, which have two files each.
  let stores: Int

  var sources: String { directory + "/Sources/Shop" }

  /// Creates an application whose stores have about `files` files in total. Two sources and the manifest are
  /// added.
  init(directory: String, files: Int) {
    self.directory = directory
    stores = max(files / 2, 10)
  }

  /// Writes the files that do not exist or differ, and removes those of earlier edits.
  func generate() throws {
    try write(Self.manifest, to: directory + "/Package.swift")
    try write(Self.main, to: sources + "/Shop.swift")
    try write(router, to: sources + "/Router.swift")
    for store in 0..<stores {
      try write(Store(number: store).text, to: orders(store))
      try write(report(store), to: front(store))
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: sources) where name.hasPrefix("New") {
      try FileManager.default.removeItem(atPath: "\(sources)/\(name)")
    }
  }

  /// Returns the path of a store's model and controller.
  func orders(_ store: Int) -> String { "\(sources)/Orders/Orders\(store).swift" }

  /// Returns the path of a store's report.
  func front(_ store: Int) -> String { "\(sources)/Orders/Report\(store).swift" }

  /// Writes files in place, as some editors do.
  func save(_ files: [String: String]) throws {
    for (path, text) in files { try Data(text.utf8).write(to: URL(filePath: path)) }
  }

  /// Writes a file unless it has this content.
  private func write(_ text: String, to path: String) throws {
    if (try? String(contentsOfFile: path, encoding: .utf8)) == text { return }
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  /// Returns the source of a store's report, which uses two other stores.
  func report(_ store: Int, suffix: String? = nil) -> String {
    let others = [1, 2].map {
      "_ = Order\((store + $0) % stores)(id: \($0), customer: \"c\", lines: [:]).total"
    }
    let argument = suffix.map { "suffix: \"\($0)\", " } ?? ""
    return """
      /// What the front page of store \(store) says.
      func report\(store)(_ store: OrderStore\(store)) async -> String {
          \(others.joined(separator: "; "))
          return await store.report(\(argument)limit: 20)
      }

      """
  }

  private var router: String {
    let groups = (0..<stores).map {
      "    OrderController\($0)<BasicRequestContext>().addRoutes(to: router.group(\"orders\($0)\"))\n"
    }
    return """
      import Hummingbird

      func buildRouter() -> Router<BasicRequestContext> {
          let router = Router()
      \(groups.joined())    return router
      }

      """
  }

  private static let manifest = """
    // swift-tools-version: 6.1
    import PackageDescription

    let package = Package(
        name: "shop",
        platforms: [.macOS(.v14)],
        dependencies: [.package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.0.0")],
        targets: [.executableTarget(name: "Shop", dependencies: [.product(name: "Hummingbird", package: "hummingbird")])]
    )

    """

  private static let main = """
    import Foundation
    import Hummingbird

    @main
    struct Shop {
        static func main() async throws {
            let port = ProcessInfo.processInfo.environment["PORT"].flatMap(Int.init) ?? 8080
            let app = Application(
                router: buildRouter(), configuration: .init(address: .hostname("127.0.0.1", port: port)))
            try await app.runService()
        }
    }

    """
}
