import Diagnostics
import Images
import Kernels
import Settings

/// A Gaussian in the space of the principal components: an image is as anomalous as it is improbable there.
///
/// With the coordinates z of an image along the components, of which S is the training images' covariance, the
/// covariance is estimated as Σ = (1 − s)·S + s·μ·I with μ = tr S/k (Ledoit and Wolf 2004; `LedoitWolf` in
/// scikit-learn). The score is the squared Mahalanobis distance zᵀΣ⁻¹z, −2 ln p but for a constant. Along principal
/// components S is diagonal, and so is Σ.
public final class Mahalanobis: FittedAtOnce {
  public var toFit: ImageSelection?
  public var count = 0
  /// What the training images left behind.
  private struct Model {
    let preparation: ImagePreparation
    let axes: PrincipalAxes
    let shrinkage: Float

    /// The diagonal of Σ.
    var variances: [Double] {
      let mean = axes.variances.reduce(0, +) / Double(axes.count)
      let shrinkage = Double(shrinkage)
      return axes.variances.map { (1 - shrinkage) * $0 + shrinkage * mean }
    }
  }

  public let settings: MahalanobisSettings
  private let image: ImageShape
  private let context: ComputeContext
  private var model: Model?

  public init(image: ImageShape, settings: MahalanobisSettings, context: ComputeContext) {
    self.settings = settings
    self.image = image
    self.context = context
  }

  public func fit(on images: ImageSelection) throws(Problem) {
    let preparation = ImagePreparation(fitting: images, settings.preprocessing, context: context)
    let rows = preparation.rows(of: images, context: context)
    let axes = try PrincipalAxes(of: rows, varianceShare: settings.variance, context: context)
    var fourthPowers = 0.0
    forEachImage(rows, axes) { coordinates in
      let squares = coordinates.reduce(0) { $0 + $1 * $1 }
      fourthPowers += squares * squares
    }
    let shrinkage = Self.shrinkage(axes.variances, count: rows.count, fourthPowers: fourthPowers)
    model = Model(preparation: preparation, axes: axes, shrinkage: Float(shrinkage))
  }

  /// The s that is expected to bring Σ nearest to the true covariance.
  ///
  /// With n samples in k dimensions, δ² = ‖S − μI‖²/k and β² = (Σ‖z‖⁴/n − ‖S‖²)/(n·k), which is at most δ²;
  /// s = β²/δ². Norms are Frobenius's.
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

  public func scores(of images: ImageSelection) -> [String: [Float]] {
    let model = fitted(model)
    let precisions = model.variances.map { 1 / $0 }
    var scores: [Float] = []
    forEachImage(model.preparation.rows(of: images, context: context), model.axes) { coordinates in
      var sum = 0.0
      for (index, precision) in precisions.enumerated() {
        sum += coordinates[index] * coordinates[index] * precision
      }
      scores.append(Float(sum))
    }
    return ["squared-distance": scores]
  }

  /// Hands over each image's coordinates, one image after the other.
  private func forEachImage(
    _ rows: PreparedImages, _ axes: PrincipalAxes, _ body: (UnsafeBufferPointer<Double>) -> Void
  ) {
    for block in 0..<chunkCount(of: axes.blockHeight, total: rows.count) {
      let range = chunk(block, of: axes.blockHeight, total: rows.count)
      let coordinates = axes.coordinates(of: rows, rows: range, context: context)
      for row in 0..<range.count {
        body(UnsafeBufferPointer(start: coordinates.pointer + row * axes.count, count: axes.count))
      }
    }
  }

  public var weights: [NamedTensor] {
    guard let model else { return [] }
    return model.preparation.tensors + model.axes.tensors
      + [NamedTensor(name: "shrinkage", shape: [1], values: [model.shrinkage])]
  }

  public func load(weights: [NamedTensor]) throws(Problem) {
    let tensors = StoredTensors(weights)
    let loaded = Model(
      preparation: try ImagePreparation(tensors, settings.preprocessing),
      axes: try PrincipalAxes(tensors, dimension: image.count),
      shrinkage: try tensors.values("shrinkage", shape: [1])[0])
    guard let smallest = loaded.variances.min(), smallest > 0 else {
      throw Problem(.badData, at: "components.variance", "a variance is not positive")
    }
    try tensors.requireAllTaken()
    model = loaded
  }
}

extension MahalanobisSettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    Mahalanobis(image: image, settings: self, context: context)
  }
}
