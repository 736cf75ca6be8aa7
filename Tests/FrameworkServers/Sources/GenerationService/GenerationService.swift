public import GRPCCore

/// Two unary methods from text to text, without Protocol Buffers.
public enum GenerationService {
  private static let service = ServiceDescriptor(fullyQualifiedService: "hotreload.Generation")
  /// Answers at once with the server's process identifier.
  public static let generation = MethodDescriptor(service: service, method: "Generation")
  /// The same a second later.
  public static let slow = MethodDescriptor(service: service, method: "Slow")
}

/// UTF-8.
public struct TextCoding: MessageSerializer, MessageDeserializer {
  /// Has no state.
  public init() {}

  /// To bytes.
  public func serialize<Bytes: GRPCContiguousBytes>(_ message: String) throws -> Bytes {
    Bytes(Array(message.utf8))
  }

  /// From bytes; what is no UTF-8 is replaced.
  public func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> String {
    bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}
