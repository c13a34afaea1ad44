/// How a product is divided among work-groups: a table by shape alone, the same for every device, so that the order of
/// each sum, and with it the bits, depend on device and driver only by their roundings.
struct ProductTile {
  let rows, columns: Int
  /// Parts into which each sum is divided.
  let parts: Int

  /// Items of a work-group; each computes 4×4 numbers.
  var groupSize: Int { rows / 4 * (columns / 4) }
  var definitions: [Definition] {
    [Definition(name: "ROWS", value: rows), Definition(name: "COLUMNS", value: columns)]
  }

  /// Work-groups that keep two on each of a large card's multiprocessors.
  private static let enoughGroups = 264
  private static let mostParts = 16
  /// Terms below which a part costs more than it gains.
  private static let fewestTerms = 64

  /// - Parameters:
  ///   - products: of this shape in one launch.
  ///   - terms: of each sum.
  init(rows: Int, columns: Int, products: Int = 1, terms: Int) {
    func groups(_ tile: (rows: Int, columns: Int)) -> Int {
      chunks(rows, of: tile.rows) * chunks(columns, of: tile.columns) * products
    }
    let tile: (rows: Int, columns: Int)
    if rows <= 4 {
      tile = (4, 256)
    } else if rows <= 16 {
      tile = (16, 64)
    } else {
      tile = groups((64, 64)) >= Self.enoughGroups / 2 ? (64, 64) : (32, 64)
    }
    (self.rows, self.columns) = tile
    let wanted = chunks(Self.enoughGroups, of: groups(tile))
    parts = max(1, min(wanted, Self.mostParts, terms / Self.fewestTerms))
  }
}
