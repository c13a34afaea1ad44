import CKernels

/// The left factor of a panel product: where the element of a row and an inner position lies.
///
/// Inner positions come in runs: `outerStep` leads from one run to the next.
struct PanelFactor {
  var pointer: UnsafePointer<Float>
  var rowStep: Int
  var innerStep: Int
  var outerStep = 0
}

/// The right factor or the result: panels of 16 columns, `panelStep` from one to the next, each of rows `rowStep`
/// apart; for a factor, a row for each inner position.
struct Panels<Pointer> {
  var pointer: Pointer
  var panelStep: Int
  var rowStep = PanelProduct.columns
  var outerStep = 0
}

/// C = A·B for a B in panels of 16 columns: the matrix product behind all convolutions of the fast kernels.
///
/// The layout of a batch makes every transform a sequence of such panels, so that nothing is packed.
enum PanelProduct {
  static let columns = 16
  /// Inner positions whose products are summed up in one chain; such sums are then added. Short chains keep the
  /// rounding errors small, and so many rows of a panel fit the first-level cache.
  private static let chain = 256

  /// result[row][panel] = Σ left[row][i]·right[panel][i] over `outer` runs of `inner` positions, added to what is
  /// there when accumulating.
  ///
  /// - Precondition: several runs are of no more than 256 positions each.
  static func multiply(
    _ left: PanelFactor, by right: Panels<UnsafePointer<Float>>,
    into result: Panels<UnsafeMutablePointer<Float>>, rows: Int, panels: Int, outer: Int = 1, inner: Int,
    accumulating: Bool = false, _ processor: processor_kernels
  ) {
    var product = panel_product(
      left: left.pointer, left_row: left.rowStep, left_outer: left.outerStep, left_inner: left.innerStep,
      right: right.pointer, right_panel: right.panelStep, right_outer: right.outerStep,
      right_inner: right.rowStep, result: result.pointer, result_row: result.rowStep,
      result_panel: result.panelStep, rows: rows, panels: panels, outer: outer, inner: inner,
      accumulating: accumulating ? 1 : 0)
    if outer == 1 {
      for block in 0..<chunkCount(of: chain, total: inner) {
        let positions = chunk(block, of: chain, total: inner)
        product.left = left.pointer + positions.lowerBound * left.innerStep
        product.right = right.pointer + positions.lowerBound * right.rowStep
        product.inner = positions.count
        product.accumulating = accumulating || block > 0 ? 1 : 0
        processor.multiply(&product)
      }
    } else {
      let runs = max(1, chain / inner)
      for block in 0..<chunkCount(of: runs, total: outer) {
        let range = chunk(block, of: runs, total: outer)
        product.left = left.pointer + range.lowerBound * left.outerStep
        product.right = right.pointer + range.lowerBound * right.outerStep
        product.outer = range.count
        product.accumulating = accumulating || block > 0 ? 1 : 0
        processor.multiply(&product)
      }
    }
  }
}
