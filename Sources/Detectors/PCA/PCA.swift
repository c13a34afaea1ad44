import Diagnostics
import Images
import Kernels
import Settings

/// Reconstruction from principal components: an image's score is its distance from the subspace in which the training
/// images vary most.
///
/// With mean m and components A (orthonormal rows), x̂ = m + (x − m)AᵀA, and the score is the mean of (x − x̂)². It
/// keeps the fewest components that explain more than a given share of the variance, like scikit-learn's
/// `PCA(n_components=share)`. The fit cannot be interrupted: most of its time is one LAPACK call for the eigenvectors.
typealias PCA = FittedDetector<PCAModel>

extension PCASettings: DetectorMaking { typealias Detector = PCA }

struct PCAModel: FittedModel {
  private let preparation: ImagePreparation
  private let axes: PrincipalAxes

  init(fitting images: ImageSelection, _ setup: DetectorSetup<PCASettings>) throws(Problem) {
    let (settings, context) = (setup.settings, setup.context)
    preparation = ImagePreparation(fitting: images, settings.preprocessing, context: context)
    axes = try PrincipalAxes(
      of: preparation.rows(of: images, context: context), varianceShare: settings.variance, context: context)
  }

  init(_ tensors: StoredTensors, _ setup: DetectorSetup<PCASettings>) throws(Problem) {
    preparation = try ImagePreparation(tensors, setup.settings.preprocessing)
    axes = try PrincipalAxes(tensors, dimension: setup.image.count)
  }

  var tensors: [NamedTensor] { preparation.tensors + axes.tensors }

  static func fittingBytes(images: Int, _ setup: DetectorSetup<PCASettings>) -> Int {
    PrincipalAxes.fittingBytes(rows: images, dimension: setup.image.count)
  }

  func scores(of images: ImageSelection, _ setup: DetectorSetup<PCASettings>) -> [String: [Float]] {
    var scores: [Float] = []
    forEachBlock(of: images, setup.context) { rows, range, reconstruction in
      let pixels = rows.selecting(Array(range)).values
      for row in 0..<range.count {
        var sum = 0.0
        for column in row * rows.dimension..<(row + 1) * rows.dimension {
          let difference = Double(pixels[column]) - reconstruction[column]
          sum += difference * difference
        }
        scores.append(Float(sum / Double(rows.dimension)))
      }
    }
    return ["squared-error": scores]
  }

  /// Calls `body` with the reconstructions x̂ of one block of images after another.
  private func forEachBlock(
    of images: ImageSelection, _ context: ComputeContext,
    _ body: (_ rows: PreparedImages, _ range: Range<Int>, _ reconstruction: [Double]) -> Void
  ) {
    let rows = preparation.rows(of: images, context: context)
    for range in axes.blocks(of: rows.count) {
      let coordinates = axes.coordinates(of: rows, rows: range, context: context)
      body(rows, range, axes.points(at: coordinates, rows: range.count, context: context))
    }
  }
}

extension PCAModel: RebuildingModel {
  func rebuild(_ images: ImageSelection, _ setup: DetectorSetup<PCASettings>) -> [UInt8] {
    var bytes: [UInt8] = []
    forEachBlock(of: images, setup.context) { rows, range, reconstruction in
      for (place, row) in range.enumerated() {
        for column in place * rows.dimension..<(place + 1) * rows.dimension {
          bytes.append(rows.byte(Float(reconstruction[column]), row: row))
        }
      }
    }
    return bytes
  }
}
