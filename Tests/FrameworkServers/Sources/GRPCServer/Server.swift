import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GenerationService
import Glibc

/// An ordinary gRPC server: HTTP/2 in clear text over NIO. It handles no signal: SIGTERM ends it at once.
@main
enum Server {
  static func main() async throws {
    let port = getenv("PORT").flatMap { Int(String(cString: $0)) } ?? 8080
    let server = GRPCServer(
      transport: .http2NIOPosix(
        address: .ipv4(host: "127.0.0.1", port: port), transportSecurity: .plaintext),
      services: [Generation()])
    try await server.serve()
  }
}

struct Generation: RegistrableRPCService {
  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    register(GenerationService.generation, with: &router) {}
    register(GenerationService.slow, with: &router) { try await Task.sleep(for: .seconds(1)) }
  }

  private func register<Transport: ServerTransport>(
    _ method: MethodDescriptor, with router: inout RPCRouter<Transport>,
    after work: @Sendable @escaping () async throws -> Void
  ) {
    router.registerHandler(forMethod: method, deserializer: TextCoding(), serializer: TextCoding()) {
      request, _ in
      for try await _ in request.messages {}
      try await work()
      return StreamingServerResponse(single: ServerResponse(message: "\(greeting) from \(getpid())"))
    }
  }
}
