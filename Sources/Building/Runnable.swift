package import Settings

/// The program of a project that is run.
package struct Runnable: Equatable, Sendable {
  /// The product; `nil` for the only one.
  package var product: String?
  /// The command that replaces a product.
  package var command: SettingValue.CommandLine?

  /// Creates the program: `product`, unless there is a `command`.
  package init(product: String?, command: SettingValue.CommandLine?) {
    (self.product, self.command) = (product, command)
  }
}
