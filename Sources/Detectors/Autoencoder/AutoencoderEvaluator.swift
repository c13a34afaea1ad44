import Images
import Kernels
import NeuralNetworks
import Settings

/// Scores by the mean of (x̂ − x)² over all pixels of the normalized image, with running statistics.
final class AutoencoderEvaluator: NetworkEvaluator<AutoencoderModel> {
  private let normalization: ContrastNormalization
  private let pass: ResampledPass

  override init(_ model: AutoencoderModel, _ setup: DetectorSetup<AutoencoderSettings>, batchSize: Int) {
    normalization = ContrastNormalization(model.range, batchSize: batchSize)
    pass = ResampledPass(of: model.network, capacity: batchSize, goesBack: false)
    super.init(model, setup, batchSize: batchSize)
  }

  override func fill(_ indices: ArraySlice<Int>, of images: ImageSelection) {
    normalization.load(indices, of: images, into: x, layout: layout, engine: engine)
  }

  override func evaluate() -> Scores {
    forward()
    let count = setup.image.count
    let sums = engine.differenceSumsByImage(pass.output, x, layout: layout, count: count)
    return Scores(["reconstruction-error": sums.map { Float($0.squared / Double(count)) }])
  }

  private func forward() {
    model.network.forward(
      x, layout: layout, weights: model.weights, mode: mode, pass: pass, engine: engine)
  }
}

/// The reconstructions, with the contrast of their source images restored.
extension AutoencoderEvaluator: RebuildingEvaluator {
  func rebuild() -> [UInt8] {
    guard let images else { preconditionFailure("no batch is loaded") }
    forward()
    let count = setup.image.count
    let rebuilt = values(pass.output, count)
    return indices.enumerated().flatMap { slot, index in
      normalization.bytes(rebuilt[slot * count..<(slot + 1) * count], from: index, of: images)
    }
  }
}
