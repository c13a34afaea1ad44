import Diagnostics
import Images
import Kernels
import Randomness
import Settings

/// The one-class support vector machine (Schölkopf et al. 2001) with the kernel K(x, y) = exp(−γ‖x − y‖²).
///
/// libsvm finds support vectors xᵢ with coefficients αᵢ in [0, 1], Σαᵢ = ν·n, and an offset ρ. The score is ρ − Σ αᵢ
/// K(xᵢ, x), the distance outside the boundary; like libsvm's and scikit-learn's, its scale grows with n.
///
/// Training time and memory grow with the square of the number of images, so it uses a seeded random subsample. libsvm
/// trains in a single call that cannot be interrupted, so a request to stop takes effect only when the fit is done.
typealias OneClassSVM = FittedDetector<OneClassSVMModel>

extension OneClassSVMSettings: DetectorMaking { typealias Detector = OneClassSVM }

struct OneClassSVMModel: FittedModel {
  private let features: FeatureMap
  /// The support vectors, with one coefficient each.
  private let vectors: StoredRows
  private let coefficients: [Float]
  private let offset: Float
  private let gamma: Float
  private let references: DistanceReferences

  init(fitting images: ImageSelection, _ setup: DetectorSetup<OneClassSVMSettings>) throws(Problem) {
    let (settings, context) = (setup.settings, setup.context)
    features = try FeatureMap(
      fitting: images, settings.preprocessing, principalShare: settings.principalShare, context: context)
    var stream = RandomStream(seed: setup.seed, name: "one-class SVM/subsample")
    let sample = images.selecting(stream.nextSample(of: settings.subsample, from: images.count))
    let rows = features.rows(of: sample, context: context).stored(context: context)
    // Rounded here, so that the fit and the stored model use the same γ.
    gamma = Float(settings.gamma > 0 ? settings.gamma : Self.scale(of: rows))
    let solution = try SupportVectors(
      rows, nu: settings.nu, gamma: Double(gamma), tolerance: settings.tolerance)
    vectors = rows.selecting(solution.rows)
    coefficients = solution.coefficients.map { Float($0) }
    offset = Float(solution.offset)
    references = DistanceReferences(vectors, context: context)
  }

  static func fittingBytes(images: Int, _ setup: DetectorSetup<OneClassSVMSettings>) -> Int {
    let (settings, dimension) = (setup.settings, setup.image.count)
    return FeatureMap.fittingBytes(
      images: images, principalShare: settings.principalShare, dimension: dimension)
      + SupportVectors.fittingBytes(rows: min(settings.subsample, images), dimension: dimension)
  }

  init(_ tensors: StoredTensors, _ setup: DetectorSetup<OneClassSVMSettings>) throws(Problem) {
    let settings = setup.settings
    features = try FeatureMap(
      tensors, settings.preprocessing, principalShare: settings.principalShare, dimension: setup.image.count)
    let coefficients = try tensors.values("coefficients")
    let dimension = features.axes?.count ?? setup.image.count
    let vectors = try tensors.values("support_vectors", shape: [coefficients.count, dimension])
    gamma = try tensors.values("gamma", shape: [1])[0]
    guard gamma >= 0 else { throw Problem(.badData, at: "gamma", "\(gamma) is negative") }
    offset = try tensors.values("offset", shape: [1])[0]
    self.vectors = StoredRows(vectors, count: coefficients.count, dimension: dimension)
    self.coefficients = coefficients
    references = DistanceReferences(self.vectors, context: setup.context)
  }

  var tensors: [NamedTensor] {
    let (count, dimension) = (vectors.count, vectors.dimension)
    return features.tensors + [
      NamedTensor(name: "support_vectors", shape: [count, dimension], values: vectors.values),
      NamedTensor(name: "coefficients", shape: [count], values: coefficients),
      NamedTensor(name: "offset", shape: [1], values: [offset]),
      NamedTensor(name: "gamma", shape: [1], values: [gamma]),
    ]
  }

  /// 1/(d·variance) over all values of all rows; 1 when they are all equal (scikit-learn's `scale`).
  static func scale(of rows: StoredRows) -> Double {
    let values = rows.values
    var mean = 0.0
    for value in values { mean += Double(value) }
    mean /= Double(values.count)
    var variance = 0.0
    for value in values {
      let deviation = Double(value) - mean
      variance += deviation * deviation
    }
    variance /= Double(values.count)
    return variance > 0 ? 1 / (Double(rows.dimension) * variance) : 1
  }

  func scores(of images: ImageSelection, _ setup: DetectorSetup<OneClassSVMSettings>) -> [String: [Float]] {
    let sums = RadialBasisSums.values(
      at: features.rows(of: images, context: setup.context), references: references, weights: coefficients,
      gamma: Double(gamma), context: setup.context)
    return ["distance": sums.map { Float(Double(offset) - $0) }]
  }
}
