/// What SwiftPM's build database (`.build/build.db`) says of the last time that the package was planned.
///
/// The plan is made by llbuild's command `PackageStructure`. SwiftPM signs it with the build parameters and the *whole*
/// environment (`PackageStructureCommand.getSignature`, up to at least 6.4), of which llbuild keeps a hash of 64 bits. With
/// another signature everything is planned anew: 3 to 4 seconds for 25 packages. And since each process of SwiftPM writes
/// the traits of a package into its commands in another order, a new plan often has modules compiled anew, too.
struct PlanRecord: Equatable {
  /// Stands for the environment and the build parameters, and cannot be turned back into them.
  let signature: Int64
  /// Whether there is a plan: what it depends on was fetched.
  let isPlanned: Bool

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
      case .blob(let value) = row[1], case .integer(let signature) = row[2]
    else { return nil }
    self.signature = signature
    isPlanned = value.first == 10  // BuildValue::Kind::SuccessfulCommand
  }

  init(signature: Int64, isPlanned: Bool) {
    (self.signature, self.isPlanned) = (signature, isPlanned)
  }
}
