import Kernels
import NeuralNetworks
import Settings

/// The loss terms of one step.
struct DeepSVDDLosses: Equatable {
  /// What is minimised.
  var objective = 0.0
  /// The mean squared distance from the centre.
  var distance = 0.0
  /// The radius R that the step began with.
  var radius = 0.0

  static let names = ["objective", "distance", "radius"]

  var values: SIMD8<Double> { SIMD8(objective, distance, radius, 0, 0, 0, 0, 0) }
}

/// One optimisation step of Deep SVDD, and the memory that it works in.
final class DeepSVDDStep {
  let network: ResampledNetwork
  let trained: TrainedNetwork
  let sphere: Sphere
  let pass: ResampledPass
  /// The batch x.
  let batch: FloatBuffer

  private let settings: DeepSVDDSettings
  private let context: ComputeContext
  private let workspace: GradientWorkspace
  private let gradient: FloatBuffer

  init(_ leNet: LeNet, settings: DeepSVDDSettings, context: ComputeContext) {
    self.settings = settings
    self.context = context
    network = leNet.encoder(name: "encoder")
    trained = TrainedNetwork(
      network.network, learningRate: settings.learningRate, weightDecay: settings.weightDecay)
    sphere = Sphere(size: leNet.latentSize)
    pass = ResampledPass(of: network, capacity: settings.batchSize, goesBack: true)
    workspace = GradientWorkspace(for: [network.network], capacity: settings.batchSize)
    func buffer(_ count: Int) -> FloatBuffer {
      FloatBuffer(count: BatchLayout.capacity(images: settings.batchSize, perImage: count))
    }
    batch = buffer(leNet.image.count)
    gradient = buffer(leNet.latentSize)
  }

  /// One step on `batch`.
  ///
  /// - Parameter setsRadius: whether the soft boundary's radius follows the batch's distances.
  func callAsFunction(_ layout: BatchLayout, learningRate: Double, setsRadius: Bool) -> DeepSVDDLosses {
    let embeddings = embed(layout)
    let distances = sphere.squaredDistances(embeddings, layout: layout)
    let losses = losses(distances)
    computeGradients(embeddings, distances, layout)
    trained.step(learningRate: learningRate, context: context)
    if settings.objective == .softBoundary && setsRadius {
      sphere.setRadius(squaredDistances: distances, nu: settings.nu)
    }
    return losses
  }

  /// φ(x), with batch statistics; updates the running statistics.
  private func embed(_ layout: BatchLayout) -> FloatBuffer {
    network.forward(
      batch, layout: layout, weights: trained.weights, mode: .batchStatistics, pass: pass, context: context)
    network.network.updateRunningStatistics(of: trained.weights, from: pass.blocks)
    return pass.output
  }

  private var squaredRadius: Double { Double(sphere.radius[0]) * Double(sphere.radius[0]) }

  /// One class: (1/n) Σ ‖φ(x) − c‖². Soft boundary: R² + 1/(ν·n) Σ max(0, ‖φ(x) − c‖² − R²).
  private func losses(_ distances: [Double]) -> DeepSVDDLosses {
    let count = Double(distances.count)
    var losses = DeepSVDDLosses()
    losses.distance = distances.reduce(0, +) / count
    losses.radius = Double(sphere.radius[0])
    switch settings.objective {
    case .oneClass: losses.objective = losses.distance
    case .softBoundary:
      let outside = distances.reduce(0) { $0 + max(0, $1 - squaredRadius) }
      losses.objective = squaredRadius + outside / (settings.nu * count)
    }
    return losses
  }

  /// The objective's gradient with respect to φ(x), 2(φ − c)/n, or for the soft boundary 2(φ − c)/(ν·n) of what lies
  /// outside; then back through the network.
  private func computeGradients(_ embeddings: FloatBuffer, _ distances: [Double], _ layout: BatchLayout) {
    let count = Double(distances.count)
    let factors = distances.map { distance in
      switch settings.objective {
      case .oneClass: 1 / count
      case .softBoundary: distance > squaredRadius ? 1 / (settings.nu * count) : 0
      }
    }
    trained.gradients.fill(with: 0)
    sphere.gradient(gradient, embeddings, factors: factors, layout: layout)
    network.backward(
      gradient, weights: trained.weights, pass: pass, parameterGradients: trained.gradients,
      workspace: workspace, context: context)
  }
}
