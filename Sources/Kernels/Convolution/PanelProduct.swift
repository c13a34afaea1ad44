import CKernels

/// The left factor of a panel product: the strides that locate an element by row and inner position.
///
/// Inner positions come in runs; `outerStep` is the stride from one run to the next.
struct PanelFactor {
  var pointer: UnsafePointer<Float>
  var rowStep: Int
  var innerStep: Int
  var outerStep = 0
}

/// The right factor or the result: panels of 16 columns, `panelStep` apart, whose rows are `rowStep` apart. A factor
/// has one row per inner position.
struct Panels<Pointer> {
  var pointer: Pointer
  var panelStep: Int
  var rowStep = PanelProduct.columns
  var outerStep = 0
}

/// C = A·B with B in panels of 16 columns: the matrix product behind all convolutions of the fast kernels.
///
/// Batches are laid out so that every transform already is a sequence of such panels; nothing is packed.
enum PanelProduct {
  static let columns = 16
  /// Inner positions summed in one chain; the partial sums are then added. Short chains keep rounding errors small, and
  /// this many rows of a panel fit the L1 cache.
  private static let chain = 256

  /// result[row][panel] = Σ left[row][i]·right[panel][i] over `outer` runs of `inner` positions, added to the previous
  /// values if `accumulating`.
  ///
  /// - Precondition: with more than one run, `inner` is at most 256.
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
