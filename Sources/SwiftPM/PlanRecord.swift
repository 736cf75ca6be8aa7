/// The last plan of the package in SwiftPM's build database, `.build/build.db`.
///
/// Llbuild's command `PackageStructure` makes the plan. SwiftPM signs it with the build parameters and the
/// *whole* environment (`PackageStructureCommand.getSignature`, up to at least 6.4), and llbuild stores a
/// 64-bit hash of that. If the signature differs, everything is planned again, which takes 3 to 4 seconds for
/// 25 packages. Each SwiftPM process also writes the traits of a package into its commands in another order,
/// so a new plan often compiles modules again.
struct PlanRecord: Equatable {
  /// The hash of the environment and the build parameters.
  let signature: Int64
  /// The number of llbuild's runs. Each build has one run for the plan, and another one if the plan
  /// succeeded.
  let runs: Int64

  /// Reads the record. `read` returns up to `count` bytes at an offset of the database. Returns `nil` if
  /// there is no plan, or if the database does not have the schema of Swift 6.3's llbuild (version 17).
  init?(read: @escaping (_ offset: Int, _ count: Int) -> [UInt8]) {
    guard let pages = SQLitePages(read: read), let schema = pages.rows(ofSmallTable: 1) else { return nil }
    /// Returns the root page of a table or an index, if its first columns are these.
    func root(_ name: String, _ columns: String? = nil) -> Int? {
      for row in schema where row.count > 3 && row[1] == .text(Array(name.utf8)) {
        guard case .integer(let root) = row[3] else { return nil }
        guard let columns else { return Int(exactly: root) }
        guard row.count > 4, case .text(let text) = row[4],
          String(decoding: text, as: UTF8.self).hasPrefix("CREATE TABLE \(name) (\(columns)")
        else { return nil }
        return Int(exactly: root)
      }
      return nil
    }
    guard let index = root("sqlite_autoindex_key_names_1"),
      let results = root("rule_results", "key_id INTEGER PRIMARY KEY, value BLOB, signature INTEGER, "),
      let key = pages.row(of: "CPackageStructure", inIndex: index),
      let row = pages.row(key, ofTable: results), row.count > 2,
      case .integer(let signature) = row[2],
      let info = root(
        "info", "id INTEGER PRIMARY KEY, version INTEGER, client_version INTEGER, iteration INTEGER"),
      let counts = pages.row(0, ofTable: info), counts.count > 3, case .integer(let runs) = counts[3]
    else { return nil }
    (self.signature, self.runs) = (signature, runs)
  }

  /// Creates a record.
  init(signature: Int64, runs: Int64) {
    (self.signature, self.runs) = (signature, runs)
  }

  /// Returns whether a failed build, which found `former` and left this record, has completed its plan.
  func isPlanned(after former: PlanRecord?) -> Bool { former.map { runs &- $0.runs >= 2 } ?? true }
}
