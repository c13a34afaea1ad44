import Diagnostics
import Images
import Kernels
import Randomness
import Settings

/// The one-class support vector machine (Schölkopf et al. 2001) with the kernel K(x, y) = exp(−γ‖x − y‖²).
///
/// libsvm finds support vectors xᵢ with coefficients αᵢ in [0, 1], Σαᵢ = ν·n, and an offset ρ. The score is ρ − Σ αᵢ
/// K(xᵢ, x), the distance to the boundary from outside, in units that grow with n as libsvm's and scikit-learn's do.
///
/// Training takes time and memory that grow with the square of the images, so that it sees a subsample, which the
/// seed draws.
public final class OneClassSVM: FittedAtOnce {
  public var toFit: ImageSelection?
  public var count = 0
  /// What the training images left behind.
  private struct Model {
    let features: FeatureMap
    /// The support vectors, and a coefficient for each.
    let vectors: StoredRows
    let coefficients: FloatBuffer
    let offset: Float
    let gamma: Float
    let references: DistanceReferences

    init(
      features: FeatureMap, vectors: StoredRows, coefficients: FloatBuffer, offset: Float, gamma: Float,
      context: ComputeContext
    ) {
      self.features = features
      self.vectors = vectors
      self.coefficients = coefficients
      self.offset = offset
      self.gamma = gamma
      references = DistanceReferences(vectors, context: context)
    }
  }

  public let settings: OneClassSVMSettings
  private let image: ImageShape
  private let seed: UInt64
  private let context: ComputeContext
  private var model: Model?

  public init(image: ImageShape, settings: OneClassSVMSettings, seed: UInt64, context: ComputeContext) {
    self.settings = settings
    self.image = image
    self.seed = seed
    self.context = context
  }

  /// Support vectors; nil before the fit.
  public var supportVectorCount: Int? { model?.vectors.count }

  public func fit(on images: ImageSelection) throws(Problem) {
    let features = try FeatureMap(
      fitting: images, settings.preprocessing, principalShare: settings.principalShare, context: context)
    var stream = RandomStream(seed: seed, name: "one-class SVM/subsample")
    let sample = images.selecting(stream.nextSample(of: settings.subsample, from: images.count))
    let rows = features.rows(of: sample, context: context).stored(context: context)
    // The fit and the stored model see the same γ.
    let gamma = Float(settings.gamma > 0 ? settings.gamma : Self.scale(of: rows))
    let solution = try SupportVectors(
      rows, nu: settings.nu, gamma: Double(gamma), tolerance: settings.tolerance)
    model = Model(
      features: features, vectors: rows.selecting(solution.rows),
      coefficients: FloatBuffer(solution.coefficients.map { Float($0) }), offset: Float(solution.offset),
      gamma: gamma, context: context)
  }

  /// 1/(d·variance) over all numbers of all rows; 1 where they are all equal (scikit-learn's `scale`).
  static func scale(of rows: StoredRows) -> Double {
    let count = rows.count * rows.dimension
    let values = rows.buffer.pointer
    var mean = 0.0
    for index in 0..<count { mean += Double(values[index]) }
    mean /= Double(count)
    var variance = 0.0
    for index in 0..<count {
      let deviation = Double(values[index]) - mean
      variance += deviation * deviation
    }
    variance /= Double(count)
    return variance > 0 ? 1 / (Double(rows.dimension) * variance) : 1
  }

  public func scores(of images: ImageSelection) -> [String: [Float]] {
    let model = fitted(model)
    let sums = RadialBasisSums.values(
      at: model.features.rows(of: images, context: context), references: model.references,
      weights: model.coefficients, gamma: Double(model.gamma), context: context)
    return ["distance": sums.map { Float(Double(model.offset) - $0) }]
  }

  public var weights: [NamedTensor] {
    guard let model else { return [] }
    let (count, dimension) = (model.vectors.count, model.vectors.dimension)
    return model.features.tensors + [
      NamedTensor(name: "support_vectors", shape: [count, dimension], values: model.vectors.buffer.array),
      NamedTensor(name: "coefficients", shape: [count], values: model.coefficients.array),
      NamedTensor(name: "offset", shape: [1], values: [model.offset]),
      NamedTensor(name: "gamma", shape: [1], values: [model.gamma]),
    ]
  }

  public func load(weights: [NamedTensor]) throws(Problem) {
    let tensors = StoredTensors(weights)
    let features = try FeatureMap(
      tensors, settings.preprocessing, principalShare: settings.principalShare, dimension: image.count)
    let coefficients = try tensors.values("coefficients")
    let dimension = features.axes?.count ?? image.count
    let vectors = try tensors.values("support_vectors", shape: [coefficients.count, dimension])
    let gamma = try tensors.values("gamma", shape: [1])[0]
    guard gamma >= 0 else { throw Problem(.badData, at: "gamma", "\(gamma) is negative") }
    let offset = try tensors.values("offset", shape: [1])[0]
    try tensors.requireAllTaken()
    model = Model(
      features: features,
      vectors: StoredRows(FloatBuffer(vectors), count: coefficients.count, dimension: dimension),
      coefficients: FloatBuffer(coefficients), offset: offset,
      gamma: gamma, context: context)
  }
}

extension OneClassSVMSettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    OneClassSVM(image: image, settings: self, seed: seed, context: context)
  }
}
