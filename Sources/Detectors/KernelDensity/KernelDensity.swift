import Diagnostics
import Foundation
import Images
import Kernels
import Randomness
import Settings

/// Kernel density estimation: a Gaussian of one width stands on every training image, and the score is −ln of their
/// mean at an image:
///
/// −ln p(x) = −ln Σᵢ exp(−‖x − xᵢ‖²/(2h²)) + ln n + d/2·ln(2πh²)
///
/// The bandwidth h is given, or that of a grid under which training images that are left out are most probable.
/// Holds the training images as 4-byte numbers: 245 MB for 60,000 of 32×32.
public final class KernelDensity: FittedAtOnce {
  public var toFit: ImageSelection?
  public var count = 0
  /// What the training images left behind.
  private struct Model {
    let features: FeatureMap
    let references: DistanceReferences
    let bandwidth: Double
  }

  public let settings: KernelDensitySettings
  private let seed: UInt64
  private let context: ComputeContext
  private var model: Model?

  public init(settings: KernelDensitySettings, seed: UInt64, context: ComputeContext) {
    self.settings = settings
    self.seed = seed
    self.context = context
  }

  /// The kernel's standard deviation; nil before the fit.
  public var bandwidth: Double? { model?.bandwidth }

  public func fit(on images: ImageSelection) throws(Problem) {
    let features = try FeatureMap(
      fitting: images, settings.preprocessing, principalShare: settings.principalShare, context: context)
    let rows = features.rows(of: images, context: context)
    let bandwidth = settings.choosesBandwidth ? bestBandwidth(for: rows) : settings.bandwidth
    model = Model(
      features: features, references: DistanceReferences(rows, context: context), bandwidth: bandwidth)
  }

  public func scores(of images: ImageSelection) -> [String: [Float]] {
    let model = fitted(model)
    let densities = logDensities(
      of: model.features.rows(of: images, context: context), model.references, bandwidths: [model.bandwidth])
    return ["negative-log-density": densities.map { Float(-$0) }]
  }

  /// ln p of each query under each bandwidth, a row for each query.
  private func logDensities(
    of queries: some RowSource, _ references: DistanceReferences, bandwidths: [Double]
  ) -> [Double] {
    let norms = bandwidths.map { bandwidth in
      log(Double(references.count)) + Double(references.dimension) / 2 * log(2 * .pi * bandwidth * bandwidth)
    }
    return LogKernelSums.logarithms(
      from: queries, to: references, bandwidths: bandwidths, context: context
    ).enumerated().map { index, logarithm in logarithm - norms[index % norms.count] }
  }

  /// The bandwidth of the grid with the highest log-likelihood of images that are left out, summed over the folds of
  /// a subsample; of equal ones the grid's first.
  ///
  /// The subsample's images go to the folds in turn, in an order that is drawn.
  private func bestBandwidth(for rows: some RowSource) -> Double {
    let grid = settings.bandwidthGrid
    var stream = RandomStream(seed: seed, name: "kernel density/bandwidth")
    let order = Array(stream.nextPermutation(of: rows.count).prefix(settings.selectionImages))
    let sample = FloatBuffer(count: order.count * rows.dimension)
    for (place, row) in order.enumerated() {
      rows.write(rows: row..<row + 1, to: sample.pointer + place * rows.dimension)
    }
    let images = StoredRows(sample, count: order.count, dimension: rows.dimension)
    let folds = min(settings.folds, order.count)
    var likelihoods = [Double](repeating: 0, count: grid.count)
    for fold in 0..<folds {
      let places = 0..<order.count
      let others = images.selecting(places.filter { $0 % folds != fold })
      let densities = logDensities(
        of: images.selecting(places.filter { $0 % folds == fold }),
        DistanceReferences(others, context: context), bandwidths: grid)
      for (index, density) in densities.enumerated() { likelihoods[index % grid.count] += density }
    }
    let best = likelihoods.indices.max { likelihoods[$0] < likelihoods[$1] } ?? 0
    return grid[best]
  }

  /// The bandwidth alone; what scoring would need besides are the training images.
  public var weights: [NamedTensor] {
    model.map { [NamedTensor(name: "bandwidth", shape: [1], values: [Float($0.bandwidth)])] } ?? []
  }

  /// Always throws: a run file does not hold the training images.
  public func load(weights: [NamedTensor]) throws(Problem) {
    throw .keepsTrainingImages(KernelDensitySettings.detectorName)
  }
}

extension KernelDensitySettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    KernelDensity(settings: self, seed: seed, context: context)
  }
}
