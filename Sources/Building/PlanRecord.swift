/// The last plan of the package that SwiftPM's build database (`.build/build.db`) knows of.
///
/// The plan is made by llbuild's command `PackageStructure`. SwiftPM signs it with the build parameters and the *whole*
/// environment (`PackageStructureCommand.getSignature`, up to at least 6.4), of which llbuild keeps a hash of 64 bits. With
/// another signature everything is planned anew: 3 to 4 seconds for 25 packages. And since each process of SwiftPM writes
/// the traits of a package into its commands in another order, a new plan often has modules compiled anew, too.
struct PlanRecord: Equatable {
  /// Stands for the environment and the build parameters, and cannot be turned back into them.
  let signature: Int64
  /// Counts llbuild's runs: SwiftPM has one for the plan in each build and, if that succeeded, one for all the rest.
  let runs: Int64

  /// `read` gives bytes of the database: from an offset on, so many. `nil` if nothing was planned yet with a plan to compare
  /// with, or if the database is not one that llbuild of Swift 6.3 writes (its schema 17).
  init?(read: @escaping (_ offset: Int, _ count: Int) -> [UInt8]) {
    guard let pages = SQLitePages(read: read), let schema = pages.rows(ofSmallTable: 1) else { return nil }
    /// The page where a table or an index begins, if it has these columns first.
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

  init(signature: Int64, runs: Int64) {
    (self.signature, self.runs) = (signature, runs)
  }

  /// Whether a build that found `former` and left this had a plan, though it failed.
  func isPlanned(after former: PlanRecord?) -> Bool { former.map { runs &- $0.runs >= 2 } ?? true }
}
