import Posix

/// An unmodified server that is written with a Swift framework, in a separate package.
struct FrameworkServer {
  let name: String
  let way: String
  let package: String
  let product: String
  let configuration: String
  /// The product of the clients, if they do not use HTTP/1.1.
  var clientProduct: String?
  /// The script of the clients, if they do not use HTTP/1.1 and are not a product.
  var clientScript: String?

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
        name: "gRPC, client grpc-swift", way: "epoll", package: "FrameworkServers", product: "GRPCServer",
        configuration: configuration, clientProduct: "GRPCClient"),
      FrameworkServer(
        name: "gRPC, client grpcio", way: "epoll", package: "FrameworkServers", product: "GRPCServer",
        configuration: configuration, clientScript: "grpc_client.py"),
    ]
  }

  var label: String { "\(name), \(configuration)" }

  /// Returns the server, if it has been built in `tests`.
  func find(in tests: String) throws -> FoundServer {
    let products = "\(tests)/\(package)/.build/\(configuration)/"
    var server = MeasuredServer(program: products + product)
    server.name = label
    server.way = way
    server.clientProgram =
      clientProduct.map { products + $0 } ?? clientScript.map { "\(tests)/\(package)/\($0)" }
    server.clients += server.clientProgram == nil ? [.slow, .slow, .slow] : [.slow, .slowKept, .slowKept]
    if clientScript != nil, try !hasPython(module: "grpc") {
      return .absent("\(server.name): Python's grpcio is not installed: pip install grpcio")
    }
    let isBuilt = [server.program, server.clientProgram].compactMap { $0 }.allSatisfy(FileSystem.isExecutable)
    return isBuilt
      ? .server(server)
      : .absent(
        "\(server.name): not built: swift build -c \(configuration) --package-path Tests/\(package)")
  }
}
