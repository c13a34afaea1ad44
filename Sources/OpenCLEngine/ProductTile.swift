/// How a product is split among work-groups. The choice depends on the shape alone and is the same on every device, so
/// that the order of each sum is fixed and results differ between devices and drivers only by rounding.
struct ProductTile {
  let rows, columns: Int
  /// Number of parts that each sum is split into.
  let parts: Int

  /// Work-items per work-group; each computes 4×4 elements.
  var groupSize: Int { rows / 4 * (columns / 4) }
  var definitions: [Definition] {
    [Definition(name: "ROWS", value: rows), Definition(name: "COLUMNS", value: columns)]
  }

  /// Enough work-groups for two on each multiprocessor of a large GPU.
  private static let enoughGroups = 264
  private static let mostParts = 16
  /// Number of terms below which another part costs more than it gains.
  private static let fewestTerms = 64

  /// - Parameters:
  ///   - rows: rows of the result.
  ///   - columns: columns of the result.
  ///   - products: products of this shape in one launch.
  ///   - terms: terms of each sum.
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
