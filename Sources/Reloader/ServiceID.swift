/// The number of a service. No other service of this run has the same.
package struct ServiceID: Hashable, Comparable, Sendable {
  package let number: Int

  /// Creates the identity of a service.
  package init(_ number: Int) { self.number = number }

  package static func < (a: ServiceID, b: ServiceID) -> Bool { a.number < b.number }
}
