// Decisions about the addresses at which a generation listens.

extension Rollout {
  /// Records that a generation listens at an address.
  mutating func listening(_ number: Int, at address: String) {
    guard var generation = generations[number] else { return }
    defer { generations[number] = generation }
    generation.listens = true
    if !generation.addresses.contains(address) { generation.addresses.append(address) }
    if generation.hasPassedProbation, generation.artifact == programs.good { programs.goodListens = true }
    if generation.role == .live { listens(generation, number, at: address) }
  }

  /// Reports that the live generation listens at an address.
  private mutating func listens(_ generation: Generation, _ number: Int, at address: String) {
    reportSuccess(.serving(number, address))
    outputs.append(.serves(addresses: generation.addresses, isOpened: true))
    // Otherwise the same program was restarted.
    if generation.artifact != announced.program { reloadPages(from: generation) }
    runHook(number)
  }

  /// Reloads the pages of browsers, because this generation serves them now.
  mutating func reloadPages(from generation: Generation) {
    announced.program = generation.artifact
    outputs.append(.reloadPages)
  }

  /// Runs the user's command after a swap, once for each generation, which may have several listeners.
  mutating func runHook(_ number: Int) {
    if number <= announced.hooked { return }
    announced.hooked = number
    act(.runHook(number))
  }

  /// Handles a server that cannot be held. A candidate may then be accepting beside the live generation, so
  /// it is stopped, and is started again after the live generation has ended.
  mutating func unholdable(_ number: Int, at address: String) {
    guard var generation = generations[number] else { return }
    let isNew = !generation.addresses.contains(address)
    generation.isUnholdable = true
    if isNew { generation.addresses.append(address) }
    generations[number] = generation
    if isNew, generation.role == .live { listens(generation, number, at: address) }
    guard number == candidate, swap == .waiting, !isEnding, let live else { return }
    terminate(number)
    replace(live, by: generation.artifact)
  }

  /// Reports the addresses of the generation before this one that nothing listens at any more. A swap reports
  /// them itself.
  mutating func addresses(_ addresses: [String], of number: Int) {
    guard number == live, let generation = generations[number] else { return }
    let closed = announced.formerAddresses.filter {
      !addresses.contains($0) && !generation.addresses.contains($0)
    }
    announced.formerAddresses = []
    if !closed.isEmpty { report(.closed(number, closed)) }
  }
}
