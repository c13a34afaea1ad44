import Diagnostics
import Foundation
import Images
import Kernels
import Settings

/// Kernel density estimation: a Gaussian of one width sits on every training image, and the score of an image x is −ln
/// of their mean at x:
///
/// −ln p(x) = −ln Σᵢ exp(−‖x − xᵢ‖²/(2h²)) + ln n + d/2·ln(2πh²)
///
/// The bandwidth h is either given or chosen from a grid by cross-validation; then each fold is one part of the fit.
/// Keeps the training images as 4-byte floats: 245 MB for 60,000 of 32×32.
typealias KernelDensity = FittedDetector<KernelDensityModel>

extension KernelDensitySettings: DetectorMaking { typealias Detector = KernelDensity }

struct KernelDensityModel: FittedModel {
  private let features: FeatureMap
  private let references: DistanceReferences
  /// The kernel's standard deviation; 0 until chosen.
  private(set) var bandwidth: Double
  /// The bandwidth choice while it is in progress.
  private var choice: BandwidthChoice?

  init(fitting images: ImageSelection, _ setup: DetectorSetup<KernelDensitySettings>) throws(Problem) {
    let (settings, context) = (setup.settings, setup.context)
    features = try FeatureMap(
      fitting: images, settings.preprocessing, principalShare: settings.principalShare, context: context)
    let rows = features.rows(of: images, context: context)
    references = DistanceReferences(rows, context: context)
    bandwidth = settings.bandwidth
    if settings.choosesBandwidth { choice = BandwidthChoice(rows, settings, seed: setup.seed) }
  }

  mutating func continueFit(
    to images: ImageSelection, _ setup: DetectorSetup<KernelDensitySettings>
  ) -> Bool {
    guard var choice else { return true }
    self.choice = nil
    guard choice.advance(setup.context) else {
      self.choice = choice
      return false
    }
    bandwidth = choice.best
    return true
  }

  static func fittingBytes(images: Int, _ setup: DetectorSetup<KernelDensitySettings>) -> Int {
    FeatureMap.fittingBytes(
      images: images, principalShare: setup.settings.principalShare, dimension: setup.image.count)
  }

  /// Always throws: a run file does not store the training images.
  init(_ tensors: StoredTensors, _ setup: DetectorSetup<KernelDensitySettings>) throws(Problem) {
    throw .keepsTrainingImages(KernelDensitySettings.detectorName)
  }

  /// The bandwidth only. Scoring also needs the training images, which are not stored.
  var tensors: [NamedTensor] { [NamedTensor(name: "bandwidth", shape: [1], values: [Float(bandwidth)])] }

  func scores(
    of images: ImageSelection, _ setup: DetectorSetup<KernelDensitySettings>
  ) -> [String: [Float]] {
    let densities = Self.logDensities(
      of: features.rows(of: images, context: setup.context), references, bandwidths: [bandwidth],
      context: setup.context)
    return ["negative-log-density": densities.map { Float(-$0) }]
  }

  /// ln p of each query under each bandwidth, one row per query.
  static func logDensities(
    of queries: some RowSource, _ references: DistanceReferences, bandwidths: [Double],
    context: ComputeContext
  ) -> [Double] {
    let norms = bandwidths.map { bandwidth in
      log(Double(references.count)) + Double(references.dimension) / 2 * log(2 * .pi * bandwidth * bandwidth)
    }
    return LogKernelSums.logarithms(
      from: queries, to: references, bandwidths: bandwidths, context: context
    ).enumerated().map { index, logarithm in logarithm - norms[index % norms.count] }
  }
}
