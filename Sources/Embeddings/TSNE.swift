import Diagnostics
import Foundation
import Randomness

/// t-distributed stochastic neighbor embedding of samples in the plane (van der Maaten and Hinton, *Visualizing
/// Data using t-SNE*, 2008).
///
/// Exact: every pair of points counts at every step. Step sizes, momentum, gains and initialization are
/// scikit-learn's, so that its divergence can be compared. The result depends on nothing but the samples and the
/// settings.
public struct TSNE: Sendable, Equatable {
  public struct Settings: Sendable, Equatable {
    /// Roughly how many neighbors a point has; at most a third of the other points are taken.
    public var perplexity = 30.0
    /// How much more points attract each other in the first phase.
    public var earlyExaggeration = 12.0
    /// Steps of the first phase.
    public var earlySteps = 250
    /// Steps of both phases.
    public var steps = 1000
    /// Of the directions in which the samples' principal components have no variance.
    public var seed: UInt64 = 0

    public init() {}
  }

  /// `sampleCount × 2`, sample by sample.
  public let coordinates: [Float]
  /// The perplexity that was used.
  public let perplexity: Double
  /// The Kullback-Leibler divergence of the plane's neighborhoods from those of the samples, in nats.
  public let divergence: Double

  /// The fewest samples that can be embedded.
  public static let fewestSamples = 4

  /// Embeds `matrix`, `sampleCount × featureCount`, sample by sample.
  ///
  /// Costs n² operations a step and holds n² numbers of 4 bytes. Throws a `Problem` where a feature is not finite.
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

  /// The first two principal components, scaled so that the first has a standard deviation of 10⁻⁴; noise of that
  /// size in the place of one without variance.
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

/// Gradient descent with momentum and a gain for each coordinate (Jacobs 1988), which grows while the gradient
/// keeps its direction.
private struct Descent {
  private(set) var x: [Double]
  private(set) var y: [Double]
  private let affinities: NeighborAffinities
  private var forces: EmbeddingForces

  private static let smallestGain = 0.01
  private static let smallestGradient = 1e-7
  /// Steps between two looks at the gradient's size.
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
