/// The reason why a page cannot be reloaded by its script.
enum ReloadBlocker: Hashable, CustomStringConvertible {
  /// The page has a `sandbox` directive without this token.
  case sandbox(missing: String)
  /// A policy in the page itself forbids the script or its event stream.
  case policyInPage
  /// The response is compressed in this way, although the request did not accept that.
  case compressed(String)

  var description: String {
    switch self {
    case .sandbox(let token):
      """
      its Content-Security-Policy has 'sandbox' without '\(token)', which hotreload's script needs; remove 'sandbox' \
      in development
      """
    case .policyInPage:
      """
      a <meta http-equiv="Content-Security-Policy"> in it forbids hotreload's script or its event stream; allow 'self' \
      in script-src and connect-src there, or send the policy as a header, which hotreload extends
      """
    case .compressed(let encoding):
      "it is compressed (\(encoding)) although hotreload asks for uncompressed pages; disable compression in development"
    }
  }
}
