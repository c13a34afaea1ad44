import Kernels

/// How a product is split among work-groups. The choice depends on the shape alone and is the same on every device, so
/// that the order of each sum is fixed and results differ between devices and drivers only by rounding.
struct ProductTile {
  let rows, columns: Int
  /// Number of parts that each sum is split into.
  let parts: Int
  /// The work-groups of a launch: tiles of the columns and of the rows, and parts of all products.
  let groups: (Int, Int, Int)

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
    func groupCount(_ tile: (rows: Int, columns: Int)) -> Int {
      chunkCount(of: tile.rows, total: rows) * chunkCount(of: tile.columns, total: columns) * products
    }
    let tile: (rows: Int, columns: Int)
    if rows <= 4 {
      tile = (4, 256)
    } else if rows <= 16 {
      tile = (16, 64)
    } else {
      tile = groupCount((64, 64)) >= Self.enoughGroups / 2 ? (64, 64) : (32, 64)
    }
    (self.rows, self.columns) = tile
    let wanted = chunkCount(of: groupCount(tile), total: Self.enoughGroups)
    parts = max(1, min(wanted, Self.mostParts, terms / Self.fewestTerms))
    groups = (
      chunkCount(of: tile.columns, total: columns), chunkCount(of: tile.rows, total: rows), products * parts
    )
  }
}
