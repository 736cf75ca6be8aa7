import Posix

/// An unmodified server that was written with a framework for Swift, in a package of its own.
struct FrameworkServer {
  let name: String
  let way: String
  let package: String
  let product: String
  let configuration: String
  /// What its clients are, where they speak no HTTP/1.1.
  var clientProduct: String?

  static let all = ["debug", "release"].flatMap { configuration in
    [
      FrameworkServer(
        name: "Hummingbird", way: "epoll", package: "HummingbirdServer", product: "App",
        configuration: configuration),
      FrameworkServer(
        name: "SwiftNIO", way: "epoll", package: "FrameworkServers", product: "NIOServer",
        configuration: configuration),
      FrameworkServer(
        name: "FlyingFox", way: "epoll, edge-triggered", package: "FrameworkServers",
        product: "FlyingFoxServer", configuration: configuration),
      FrameworkServer(
        name: "gRPC, HTTP/2", way: "epoll", package: "FrameworkServers", product: "GRPCServer",
        configuration: configuration, clientProduct: "GRPCClient"),
    ]
  }

  func find(in tests: String) -> FoundServer {
    let products = "\(tests)/\(package)/.build/\(configuration)/"
    var server = MeasuredServer(program: products + product)
    server.name = "\(name), \(configuration)"
    server.way = way
    server.clients += clientProduct == nil ? [.slow, .slow, .slow] : [.slow, .slowKept, .slowKept]
    server.clientProgram = clientProduct.map { products + $0 }
    let isBuilt = [server.program, server.clientProgram].compactMap { $0 }.allSatisfy(FileSystem.isExecutable)
    return isBuilt
      ? .server(server)
      : .absent(
        "\(server.name): not built: swift build -c \(configuration) --package-path Tests/\(package)")
  }
}
