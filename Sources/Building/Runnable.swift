package import Settings

/// What is started of a project.
package struct Runnable: Equatable, Sendable {
  /// nil: the only one.
  package var product: String?
  /// Instead of a product.
  package var command: SettingValue.CommandLine?

  /// A product, unless there is a command.
  package init(product: String?, command: SettingValue.CommandLine?) {
    (self.product, self.command) = (product, command)
  }
}
