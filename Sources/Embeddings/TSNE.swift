import Diagnostics
import Foundation
import Randomness

/// t-distributed stochastic neighbor embedding of samples in the plane (van der Maaten and Hinton, *Visualizing Data
/// using t-SNE*, 2008).
///
/// Exact: every step uses all pairs of points. Step sizes, momentum, gains and initialization are scikit-learn's, so
/// that the divergences are comparable. The result depends only on the samples and the settings.
public struct TSNE: Sendable, Equatable {
  /// The parameters of the optimization.
  public struct Settings: Sendable, Equatable {
    /// Roughly the number of neighbors per point; capped at a third of the other points.
    public var perplexity = 30.0
    /// The factor by which attraction is increased in the first phase.
    public var earlyExaggeration = 12.0
    /// The number of steps in the first phase.
    public var earlySteps = 250
    /// The number of steps in both phases together.
    public var steps = 1000
    /// The seed for initial coordinates along principal components without variance.
    public var seed: UInt64 = 0

    /// The defaults.
    public init() {}
  }

  /// `sampleCount × 2`, sample by sample.
  public let coordinates: [Float]
  /// The perplexity actually used.
  public let perplexity: Double
  /// The Kullback-Leibler divergence between the samples' affinities and those in the plane, in nats.
  public let divergence: Double

  /// The fewest samples that can be embedded.
  public static let fewestSamples = 4

  /// Embeds `matrix`, `sampleCount × featureCount`, sample by sample.
  ///
  /// Costs n² operations per step; holds n² 4-byte floats. Throws a `Problem` if a feature is not finite.
  /// - Precondition: the sizes agree, with at least `fewestSamples` samples and one feature.
  public init(
    of matrix: [Float], sampleCount: Int, featureCount: Int, settings: Settings = Settings()
  ) throws(Problem) {
    precondition(
      sampleCount >= Self.fewestSamples, "\(sampleCount) samples, fewer than \(Self.fewestSamples)")
    let components = try PrincipalComponents(
      of: matrix, sampleCount: sampleCount, featureCount: featureCount, componentCount: 2)
    let perplexity = min(settings.perplexity, Double(sampleCount - 1) / 3)
    let affinities = NeighborAffinities(
      of: matrix, sampleCount: sampleCount, featureCount: featureCount, perplexity: perplexity)
    var descent = Descent(start: Self.start(components, seed: settings.seed), affinities)
    // scikit-learn's `learning_rate="auto"`.
    let rate = max(Double(sampleCount) / settings.earlyExaggeration / 4, 50)
    descent.run(
      steps: settings.earlySteps, rate: rate, momentum: 0.5, exaggeration: settings.earlyExaggeration)
    descent.run(
      steps: max(0, settings.steps - settings.earlySteps), rate: rate, momentum: 0.8, exaggeration: 1)
    self.perplexity = perplexity
    coordinates = (0..<sampleCount).flatMap { [Float(descent.x[$0]), Float(descent.y[$0])] }
    divergence = affinities.divergence(x: descent.x, y: descent.y)
  }

  /// The first two principal components, scaled so that the first has a standard deviation of 10⁻⁴; noise of that size
  /// replaces a component without variance.
  private static func start(_ components: PrincipalComponents, seed: UInt64) -> (x: [Double], y: [Double]) {
    let (samples, count) = (components.sampleCount, components.componentCount)
    let size = 1e-4
    let variance = components.explainedVariance[0] * Double(samples - 1) / Double(samples)
    let scale = variance > 0 ? size / variance.squareRoot() : 0
    var noise = RandomStream(seed: seed, name: "t-SNE start")
    func coordinates(_ component: Int) -> [Double] {
      guard component < count, components.explainedVariance[component] > 0 else {
        return (0..<samples).map { _ in noise.nextNormalPair().0 * size }
      }
      return (0..<samples).map { Double(components.scores[$0 * count + component]) * scale }
    }
    return (coordinates(0), coordinates(1))
  }
}

/// Gradient descent with momentum and a gain per coordinate (Jacobs 1988) that grows while the gradient keeps its sign.
private struct Descent {
  private(set) var x: [Double]
  private(set) var y: [Double]
  private let affinities: NeighborAffinities
  private var forces: EmbeddingForces

  private static let smallestGain = 0.01
  private static let smallestGradient = 1e-7
  /// The number of steps between checks of the gradient's norm.
  private static let checkInterval = 50

  init(start: (x: [Double], y: [Double]), _ affinities: NeighborAffinities) {
    (x, y) = start
    self.affinities = affinities
    forces = EmbeddingForces(count: start.x.count)
  }

  mutating func run(steps: Int, rate: Double, momentum: Double, exaggeration: Double) {
    let count = x.count
    var (gainX, gainY) = ([Double](repeating: 1, count: count), [Double](repeating: 1, count: count))
    var (velocityX, velocityY) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for step in 0..<steps {
      forces.compute(affinities, x: x, y: y, exaggeration: exaggeration)
      for point in 0..<count {
        Self.move(
          &x[point], &velocityX[point], &gainX[point], gradient: forces.x[point], rate: rate,
          momentum: momentum)
        Self.move(
          &y[point], &velocityY[point], &gainY[point], gradient: forces.y[point], rate: rate,
          momentum: momentum)
      }
      if (step + 1) % Self.checkInterval == 0, forces.norm <= Self.smallestGradient { return }
    }
  }

  private static func move(
    _ position: inout Double, _ velocity: inout Double, _ gain: inout Double, gradient: Double, rate: Double,
    momentum: Double
  ) {
    gain = velocity * gradient < 0 ? gain + 0.2 : max(gain * 0.8, smallestGain)
    velocity = momentum * velocity - rate * gain * gradient
    position += velocity
  }
}
