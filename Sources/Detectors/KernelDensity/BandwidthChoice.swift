import Kernels
import Randomness
import Settings

/// Chooses from a grid the bandwidth with the highest cross-validated log-likelihood on a subsample of the training
/// images, summed over the folds; of equal ones, the first.
///
/// A seeded random permutation deals the subsample's images to the folds in turn.
struct BandwidthChoice {
  private let grid: [Double]
  private let sample: StoredRows
  private let folds: Int
  private var fold = 0
  private var likelihoods: [Double]

  init(_ rows: some RowSource, _ settings: KernelDensitySettings, seed: UInt64) {
    grid = settings.bandwidthGrid
    likelihoods = [Double](repeating: 0, count: grid.count)
    var stream = RandomStream(seed: seed, name: "kernel density/bandwidth")
    let order = stream.nextPermutation(of: rows.count).prefix(settings.selectionImages)
    sample = rows.selecting(Array(order))
    folds = min(settings.folds, sample.count)
  }

  /// Evaluates the next fold.
  ///
  /// - Returns: whether it was the last fold.
  mutating func advance(_ context: ComputeContext) -> Bool {
    let places = 0..<sample.count
    let others = sample.selecting(places.filter { $0 % folds != fold })
    let densities = KernelDensityModel.logDensities(
      of: sample.selecting(places.filter { $0 % folds == fold }),
      DistanceReferences(others, context: context), bandwidths: grid, context: context)
    for (index, density) in densities.enumerated() { likelihoods[index % grid.count] += density }
    fold += 1
    return fold == folds
  }

  var best: Double { grid[likelihoods.indices.max { likelihoods[$0] < likelihoods[$1] } ?? 0] }
}
