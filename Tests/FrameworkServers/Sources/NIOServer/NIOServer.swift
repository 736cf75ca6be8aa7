import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// An ordinary SwiftNIO server over HTTP/1.1. It handles no signal: SIGTERM ends it at once.
@main
enum NIOServer {
  static func main() async throws {
    let port = getenv("PORT").flatMap { Int(String(cString: $0)) } ?? 8080
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
          try channel.pipeline.syncOperations.addHandler(Responder())
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    try await channel.closeFuture.get()
  }
}

/// Answers `GET /` at once, and `GET /slow` a second later.
final class Responder: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private var head: HTTPRequestHead?

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body: break
    case .end:
      guard let head else { return }
      if head.uri == "/slow" {
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { self.respond(to: head, context) }
      } else {
        respond(to: head, context)
      }
    }
  }

  private func respond(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let body = ByteBuffer(string: "\(greeting) from \(getpid())\n")
    let headers: HTTPHeaders = [
      "Content-Length": "\(body.readableBytes)", "Connection": head.isKeepAlive ? "keep-alive" : "close",
    ]
    let response = HTTPResponseHead(version: head.version, status: .ok, headers: headers)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    let sent = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    if !head.isKeepAlive { sent.assumeIsolated().whenComplete { _ in context.close(promise: nil) } }
  }
}
