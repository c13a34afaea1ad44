import Diagnostics
import Images
import Kernels
import Settings

/// A Gaussian in the space of the principal components: the less probable an image, the more anomalous.
///
/// Let z be an image's coordinates along the components and S the training images' covariance there. The covariance is
/// estimated as Σ = (1 − s)·S + s·μ·I with μ = tr S/k (Ledoit and Wolf 2004; scikit-learn's `LedoitWolf`). The score is
/// the squared Mahalanobis distance zᵀΣ⁻¹z, which is −2 ln p up to a constant. Along principal components S is
/// diagonal, and so is Σ. Like `PCA`'s, the fit cannot be interrupted.
typealias Mahalanobis = FittedDetector<MahalanobisModel>

extension MahalanobisSettings: DetectorMaking { typealias Detector = Mahalanobis }

struct MahalanobisModel: FittedModel {
  private let preparation: ImagePreparation
  private let axes: PrincipalAxes
  private let shrinkage: Float

  init(fitting images: ImageSelection, _ setup: DetectorSetup<MahalanobisSettings>) throws(Problem) {
    let (settings, context) = (setup.settings, setup.context)
    preparation = ImagePreparation(fitting: images, settings.preprocessing, context: context)
    let rows = preparation.rows(of: images, context: context)
    axes = try PrincipalAxes(of: rows, varianceShare: settings.variance, context: context)
    var fourthPowers = 0.0
    Self.forEachImage(rows, axes, context) { coordinates in
      let squares = coordinates.reduce(0) { $0 + $1 * $1 }
      fourthPowers += squares * squares
    }
    shrinkage = Float(
      Self.shrinkage(axes.variances, count: rows.count, fourthPowers: fourthPowers))
  }

  init(_ tensors: StoredTensors, _ setup: DetectorSetup<MahalanobisSettings>) throws(Problem) {
    preparation = try ImagePreparation(tensors, setup.settings.preprocessing)
    axes = try PrincipalAxes(tensors, dimension: setup.image.count)
    shrinkage = try tensors.values("shrinkage", shape: [1])[0]
    guard let smallest = variances.min(), smallest > 0 else {
      throw Problem(.badData, at: "components.variance", "a variance is not positive")
    }
  }

  var tensors: [NamedTensor] {
    preparation.tensors + axes.tensors + [NamedTensor(name: "shrinkage", shape: [1], values: [shrinkage])]
  }

  /// The diagonal of Σ.
  private var variances: [Double] {
    let mean = axes.variances.reduce(0, +) / Double(axes.count)
    let shrinkage = Double(shrinkage)
    return axes.variances.map { (1 - shrinkage) * $0 + shrinkage * mean }
  }

  /// The s that is expected to bring Σ closest to the true covariance.
  ///
  /// With n samples in k dimensions, δ² = ‖S − μI‖²/k and β² = (Σ‖z‖⁴/n − ‖S‖²)/(n·k), capped at δ²; s = β²/δ². Norms
  /// are Frobenius norms.
  ///
  /// - Parameters:
  ///   - variances: the diagonal of S.
  ///   - fourthPowers: Σ‖z‖⁴ over the samples.
  static func shrinkage(_ variances: [Double], count: Int, fourthPowers: Double) -> Double {
    let (n, k) = (Double(count), Double(variances.count))
    let mean = variances.reduce(0, +) / k
    let squares = variances.reduce(0) { $0 + $1 * $1 }
    let dispersion = variances.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / k
    let error = min((fourthPowers / n - squares) / (n * k), dispersion)
    return error > 0 ? error / dispersion : 0
  }

  static func fittingBytes(images: Int, _ setup: DetectorSetup<MahalanobisSettings>) -> Int {
    PrincipalAxes.fittingBytes(rows: images, dimension: setup.image.count)
  }

  func scores(of images: ImageSelection, _ setup: DetectorSetup<MahalanobisSettings>) -> [String: [Float]] {
    let precisions = variances.map { 1 / $0 }
    let rows = preparation.rows(of: images, context: setup.context)
    var scores: [Float] = []
    Self.forEachImage(rows, axes, setup.context) { coordinates in
      var sum = 0.0
      for (coordinate, precision) in zip(coordinates, precisions) {
        sum += coordinate * coordinate * precision
      }
      scores.append(Float(sum))
    }
    return ["squared-distance": scores]
  }

  /// Calls `body` with each image's coordinates in turn.
  private static func forEachImage(
    _ rows: PreparedImages, _ axes: PrincipalAxes, _ context: ComputeContext,
    _ body: (ArraySlice<Double>) -> Void
  ) {
    for range in axes.blocks(of: rows.count) {
      let coordinates = axes.coordinates(of: rows, rows: range, context: context)
      for row in 0..<range.count {
        body(coordinates[row * axes.count..<(row + 1) * axes.count])
      }
    }
  }
}
