/// The source of a store of ``ShopApplication``, with the changes of an edit.
struct Store {
  let number: Int
  /// The end of its report.
  var ending = "v0"
  /// The text of a private function that the report calls.
  var privateNote: String?
  /// The name of a method that nothing calls.
  var method: String?
  /// Whether the report takes a suffix.
  var hasSuffix = false
  /// The name of an additional stored property of the model.
  var property: String?

  init(number: Int) { self.number = number }

  /// The source.
  var text: String {
    """
    import Foundation
    import Hummingbird

    enum State\(number): String, Codable, Sendable, CaseIterable { case open, paid, shipped, cancelled }

    struct Order\(number): ResponseCodable, Sendable {
        var id: Int
        var customer: String
        var lines: [String: Int]
        var state: State\(number) = .open
        var note: String?
    \(property.map { "    var \($0): Int = 5" } ?? "")
        var total: Int { lines.values.reduce(0, +) }
    }

    actor OrderStore\(number) {
        private var orders: [Int: Order\(number)] = [:]
        private var next = 1

        func create(customer: String, lines: [String: Int]) -> Order\(number) {
            let order = Order\(number)(id: next, customer: customer, lines: lines)
            orders[next] = order
            next += 1
            return order
        }

        func find(_ id: Int) throws -> Order\(number) {
            guard let order = orders[id] else {
                throw HTTPError(.notFound, message: "no order \\(id) in store \(number)")
            }
            return order
        }

        func advance(_ id: Int, to state: State\(number)) throws -> Order\(number) {
            var order = try find(id)
            order.state = state
            orders[id] = order
            return order
        }
    \(privateNote.map { "    private func note() -> String { \"\($0)\" }" } ?? "")
    \(method.map { "    func \($0)() -> Int { orders.count }" } ?? "")
        func report(\(hasSuffix ? "suffix: String, " : "")limit: Int = 10) -> String {
            let head = orders.values.sorted { $0.id < $1.id }.prefix(limit)
            return head.map { "\\($0.id): \\($0.customer) \\($0.state.rawValue) \\($0.total)" }
                .joined(separator: "\\n") + "\(ending)"\(hasSuffix ? " + suffix" : "")\(privateNote == nil ? "" : " + note()")
        }
    }

    struct OrderController\(number)<Context: RequestContext> {
        let store = OrderStore\(number)()

        func addRoutes(to group: RouterGroup<Context>) {
            group.get(":id") { _, context in
                try await store.find(context.parameters.require("id", as: Int.self))
            }
            group.post { request, context in
                let order = try await request.decode(as: Order\(number).self, context: context)
                return await store.create(customer: order.customer, lines: order.lines)
            }
            group.get { _, _ in await report\(number)(store) }
        }
    }

    """
  }
}
