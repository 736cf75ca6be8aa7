import Project

/// The arguments of a benchmark.
struct Arguments {
  /// The arguments that are not options.
  private(set) var names: [String] = []
  /// The values of the options; empty for an option without a value.
  private var options: [String: String] = [:]

  /// Parses arguments. `usage` lists what is allowed: names in capitals, then options in brackets, with an
  /// example of the value if an option has one. Throws ``UsageFailure``.
  init(_ words: some Sequence<String>, usage: String) throws {
    let parts = usage.split(separator: " ")
    let optional = parts.filter { $0.hasPrefix("[") }
    let flags = optional.filter { $0.hasSuffix("]") }.map { $0.dropFirst().dropLast() }
    let withValue = optional.filter { !$0.hasSuffix("]") }.map { $0.dropFirst() }
    var left = Array(words)[...]
    while let word = left.popFirst() {
      if !word.hasPrefix("-") {
        names.append(word)
      } else if flags.contains(word[...]) {
        options[word] = ""
      } else if withValue.contains(word[...]), let value = left.popFirst() {
        options[word] = value
      } else {
        throw UsageFailure(
          withValue.contains(word[...])
            ? "'\(word)' needs a value: benchmarks \(usage)"
            : "unknown option '\(word)': benchmarks \(usage)")
      }
    }
    guard names.count == parts.dropFirst().prefix(while: { !$0.hasPrefix("[") }).count else {
      throw UsageFailure(
        "\(names.isEmpty ? "an argument is missing" : "too many or too few names"): benchmarks \(usage)")
    }
  }

  /// Returns whether an option was given.
  func contains(_ option: String) -> Bool { options[option] != nil }

  /// Returns the value of an option, which must be one of `choices` unless these are empty. Throws
  /// ``UsageFailure``.
  func text(_ option: String, among choices: [String] = []) throws -> String? {
    guard let value = options[option] else { return nil }
    guard choices.isEmpty || choices.contains(value) else {
      throw UsageFailure("'\(option)' must be one of \(choices.joined(separator: ", ")), not '\(value)'")
    }
    return value
  }

  /// Returns the value of an option as a number from 1 to `limit`. Throws ``UsageFailure``.
  func number(_ option: String, upTo limit: Int = .max) throws -> Int? {
    guard let value = options[option] else { return nil }
    guard let number = Int(value), 1...limit ~= number else {
      throw UsageFailure(
        "'\(option)' must be a number from 1\(limit == .max ? "" : " to \(limit)"), not '\(value)'")
    }
    return number
  }
}
