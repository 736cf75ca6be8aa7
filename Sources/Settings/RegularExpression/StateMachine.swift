/// A nondeterministic automaton for an ``Expression``, which follows all states at once (Thompson, 1968). The
/// time is limited by the length of the text times the number of states, and the memory by the number of
/// states.
struct StateMachine: Sendable, Equatable {
  /// A state, which leads to others.
  private enum State: Sendable, Equatable {
    /// Consumes a scalar of this set, and continues with the next state.
    case scalar(ScalarSet)
    /// Continues with the next state if this condition holds.
    case assertion(Expression.Assertion)
    /// Continues with this state.
    case jump(Int)
    /// Continues with the next state and with this one.
    case split(Int)
    /// The final state.
    case match
  }

  /// The maximum number of states.
  static let limit = 10_000

  private var states: [State] = []

  /// Creates an automaton. Returns `nil` if the expression needs more than ``limit`` states.
  init?(_ expression: Expression) {
    guard expression.size(limit: Self.limit) <= Self.limit else { return nil }
    append(expression)
    states.append(.match)
  }

  /// Appends the states of an expression.
  private mutating func append(_ expression: Expression) {
    switch expression {
    case .empty: break
    case .scalar(let set): states.append(.scalar(set))
    case .assertion(let assertion): states.append(.assertion(assertion))
    case .sequence(let parts): for part in parts { append(part) }
    case .choice(let parts): appendChoice(parts[...])
    case .repeated(let part, let least, let most):
      for _ in 0..<least { append(part) }
      guard let most else { return appendLoop(part) }
      var splits: [Int] = []
      for _ in least..<max(least, most) {
        splits.append(states.count)
        states.append(.split(0))
        append(part)
      }
      for split in splits { states[split] = .split(states.count) }
    }
  }

  /// Appends the states of alternatives.
  private mutating func appendChoice(_ parts: ArraySlice<Expression>) {
    var jumps: [Int] = []
    for (index, part) in parts.enumerated() {
      let split = states.count
      let isLast = index == parts.count - 1
      if !isLast { states.append(.split(0)) }
      append(part)
      if isLast { break }
      jumps.append(states.count)
      states.append(.jump(0))
      states[split] = .split(states.count)
    }
    for jump in jumps { states[jump] = .jump(states.count) }
  }

  /// Appends the states of a repetition without a limit.
  private mutating func appendLoop(_ part: Expression) {
    let start = states.count
    states.append(.split(0))
    append(part)
    states.append(.jump(start))
    states[start] = .split(states.count)
  }

  /// Returns whether a part of `text` matches.
  func matchesPart(of text: String) -> Bool {
    var places = Places(count: states.count)
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      follow(&places, previous, scalar)
      if places.isMatch { return true }
      step(&places, scalar)
      previous = scalar
    }
    follow(&places, previous, nil)
    return places.isMatch
  }

  /// The states that the automaton can be in after the text so far.
  private struct Places {
    /// The states that have not been followed yet.
    var wanted: [Int] = []
    /// The states that consume a scalar.
    var waiting: [Int] = []
    /// Whether the final state was reached.
    var isMatch = false
    /// The round in which each state was reached last.
    var reached: [Int]
    /// The number of the current round.
    var round = 0

    init(count: Int) { reached = [Int](repeating: 0, count: count) }
  }

  /// Follows all transitions that consume nothing, between two scalars.
  private func follow(_ places: inout Places, _ previous: Unicode.Scalar?, _ next: Unicode.Scalar?) {
    places.round += 1
    places.waiting.removeAll(keepingCapacity: true)
    places.isMatch = false
    places.wanted.append(0)  // a match may start anywhere
    while let index = places.wanted.popLast() {
      if places.reached[index] == places.round { continue }
      places.reached[index] = places.round
      switch states[index] {
      case .scalar: places.waiting.append(index)
      case .assertion(let assertion): if assertion.holds(previous, next) { places.wanted.append(index + 1) }
      case .jump(let target): places.wanted.append(target)
      case .split(let target): places.wanted += [index + 1, target]
      case .match: places.isMatch = true
      }
    }
  }

  /// Consumes a scalar.
  private func step(_ places: inout Places, _ scalar: Unicode.Scalar) {
    for index in places.waiting {
      if case .scalar(let set) = states[index], set.contains(scalar) { places.wanted.append(index + 1) }
    }
  }
}
