internal import Reloader

/// The services of a session. They may be added and removed while hotreload runs.
struct ServiceList {
  /// The services of the settings, in their order.
  var current: [Service] = []
  /// The services that were removed from the settings, until they have ended.
  private(set) var retired: [Service] = []
  private var lastNumber = 0
  /// Whether settings were refused while a service was ending.
  var wasRefused = false

  /// All services that run or are ending.
  var all: [Service] { current + retired }

  /// Returns a service that runs or is ending.
  subscript(id: ServiceID) -> Service? { all.first { $0.id == id } }

  /// Returns the identity of the next service.
  mutating func nextID() -> ServiceID {
    lastNumber += 1
    return ServiceID(lastNumber)
  }

  mutating func retire(_ service: Service) { retired.append(service) }

  /// Removes a service that has ended. Returns `nil` if it was not removed from the settings.
  mutating func removeRetired(_ id: ServiceID) -> Service? {
    retired.firstIndex { $0.id == id }.map { retired.remove(at: $0) }
  }
}
