extension [String] {
  /// Returns the environment with `variables` laid over it. Each name occurs once.
  package func overlaid(with variables: [String]) -> [String] {
    var order: [Substring] = []
    var values: [Substring: String] = [:]
    for variable in self + variables {
      let name = variable.prefix { $0 != "=" }
      if values.updateValue(variable, forKey: name) == nil { order.append(name) }
    }
    return order.compactMap { values[$0] }
  }
}
