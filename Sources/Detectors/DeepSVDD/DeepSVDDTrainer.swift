import Images
import Kernels
import NeuralNetworks
import Settings

/// The loss terms of one step.
struct DeepSVDDLosses: Equatable {
  /// The minimized objective.
  var objective = 0.0
  /// The mean squared distance to the center.
  var distance = 0.0
  /// The radius R at the start of the step.
  var radius = 0.0

  static let names = ["objective", "distance", "radius"]

  var values: SIMD8<Double> { SIMD8(objective, distance, radius, 0, 0, 0, 0, 0) }
}

/// Trains Deep SVDD; holds the memory for a step.
final class DeepSVDDTrainer: NetworkTrainer<DeepSVDDModel>, ModelTrainer {
  static let lossNames = DeepSVDDLosses.names

  let trained: TrainedNetwork
  let pretraining: ReconstructionTrainer
  let pass: ResampledPass
  private let normalization: ContrastNormalization
  private let gradient: FloatBuffer

  init(_ model: DeepSVDDModel, _ setup: DetectorSetup<DeepSVDDSettings>) {
    let (settings, capacity) = (setup.settings, setup.settings.batchSize)
    let network = model.network.network
    normalization = ContrastNormalization(model.range, batchSize: capacity)
    trained = TrainedNetwork(
      network, model.weights, learningRate: settings.learningRate, weightDecay: settings.weightDecay)
    let autoencoder = DeepSVDDModel.autoencoder(model.leNet, seed: setup.seed)
    pretraining = ReconstructionTrainer(
      autoencoder.network, autoencoder.weights, learningRate: settings.pretrainingRate,
      weightDecay: settings.pretrainingWeightDecay, batchSize: capacity, engine: setup.engine)
    pass = ResampledPass(of: model.network, capacity: capacity, goesBack: true)
    gradient = FloatBuffer(images: capacity, perImage: model.leNet.latentSize)
    super.init(model, setup, networks: [network])
  }

  private var network: ResampledNetwork { model.network }
  private var sphere: Sphere { model.sphere }

  var networks: [TrainedNetwork] { [trained] }
  var auxiliaryNetworks: [TrainedNetwork] { [pretraining.trained] }

  /// Batch norm needs at least two images for a variance.
  override var batches: BatchRule { BatchRule(size: settings.batchSize, smallest: 2) }

  private func pretrainingPasses(ofEpoch epoch: Int) -> Int { epoch == 1 ? settings.pretrainingEpochs : 0 }

  func passes(ofEpoch epoch: Int) -> [ImagePass] {
    let pretraining = (0..<pretrainingPasses(ofEpoch: epoch)).map { pass in
      ImagePass(
        name: "pre-training \(pass + 1)", lossNames: AutoencoderTrainer.lossNames, isCounted: false)
    }
    return pretraining + [ImagePass(name: "epoch \(epoch)", lossNames: Self.lossNames)]
  }

  func begin(epoch: Int, on images: ImageSelection) { model.range.measure(images) }

  func step(_ batch: TrainingBatch) -> StepResult {
    if batch.pass < pretrainingPasses(ofEpoch: batch.epoch) { return pretrain(batch) }
    if batch.epoch == 1, batch.step == 0 {
      model.takeOver(pretraining.trained.weights)
      setCenter(of: batch.images)
    }
    layout = batch.layout
    normalization.load(batch.indices, of: batch.images, into: x, layout: layout, engine: engine)
    let schedule = StepSchedule(rate: settings.learningRate, epochs: settings.lowerRateAfter)
    let losses = optimize(
      learningRate: schedule(epoch: batch.epoch), setsRadius: batch.epoch > settings.warmUp)
    return StepResult(losses: losses.values)
  }

  private func pretrain(_ batch: TrainingBatch) -> StepResult {
    pretraining.load(batch, by: normalization)
    let schedule = StepSchedule(
      rate: settings.pretrainingRate, epochs: settings.pretrainingLowerRateAfter)
    return pretraining.step(batch.layout, learningRate: schedule(epoch: batch.pass + 1))
  }

  /// Sets the center to the mean embedding of all training images.
  private func setCenter(of images: ImageSelection) {
    let evaluator = model.evaluator(setup, batchSize: settings.batchSize)
    var sums = [Double](repeating: 0, count: sphere.center.count)
    for indices in images.batches(of: settings.batchSize) {
      evaluator.load(indices, of: images, batchNorm: .running)
      sphere.add(evaluator.embed(), to: &sums, layout: evaluator.layout)
    }
    sphere.setCenter(sums: sums, count: images.count, smallest: settings.smallestCoordinate)
  }

  /// One step on `x`.
  ///
  /// - Parameter setsRadius: whether to update the soft boundary's radius from the batch's distances.
  func optimize(learningRate: Double, setsRadius: Bool) -> DeepSVDDLosses {
    let embeddings = embed()
    let distances = sphere.squaredDistances(embeddings, layout: layout)
    let losses = losses(distances)
    computeGradients(embeddings, distances)
    trained.step(learningRate: learningRate, engine: engine)
    if settings.objective == .softBoundary && setsRadius {
      sphere.setRadius(squaredDistances: distances, nu: settings.nu)
    }
    return losses
  }

  /// φ(x), with batch statistics; updates the running statistics.
  private func embed() -> FloatBuffer {
    network.forward(
      x, layout: layout, weights: trained.weights, mode: .batchStatistics, pass: pass, engine: engine)
    trained.updateRunningStatistics(from: pass.blocks, engine: engine)
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

  /// The objective's gradient with respect to φ(x), 2(φ − c)/n, or for the soft boundary 2(φ − c)/(ν·n) for embeddings
  /// outside it; then back through the network.
  private func computeGradients(_ embeddings: FloatBuffer, _ distances: [Double]) {
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
      workspace: workspace, engine: engine)
  }
}
