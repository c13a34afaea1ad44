import Images
import Kernels
import NeuralNetworks
import Randomness
import Settings

/// Scores by the negative reconstruction probability −(1/L) Σ log p(x | z_l), and by the negative ELBO, which adds the
/// divergence KL(q(z | x) ‖ p(z)); both use the same L draws.
///
/// An image's draws depend on its position in the store, so its score does not depend on other images; isolated images
/// all use the draws of the first position. There is no batch norm.
final class VAEEvaluator: NetworkEvaluator<VAEModel> {
  /// The stream of the draws.
  static let noiseName = "scoring noise"

  private let z: FloatBuffer
  private let noise: FloatBuffer
  private let pass: Pass

  override init(_ model: VAEModel, _ setup: DetectorSetup<VAESettings>, batchSize: Int) {
    z = FloatBuffer(images: batchSize, perImage: setup.settings.latentSize)
    noise = FloatBuffer(images: batchSize, perImage: setup.settings.latentSize)
    pass = Pass(of: model.networks.network, capacity: batchSize)
    super.init(model, setup, batchSize: batchSize)
  }

  private var parts: VAENetworks { model.networks }
  /// μ and log σ², and the decoder's output for the last z.
  private var encoded: FloatBuffer { parts.encoded(pass) }
  private var decoded: FloatBuffer { parts.decoded(pass) }

  override func fill(_ indices: ArraySlice<Int>, of images: ImageSelection) {
    images.load(indices, into: x, layout: layout, table: VAEModel.pixelTable, engine: engine)
  }

  override func evaluate() -> Scores {
    encode()
    let logLikelihoods = meanLogLikelihoods()
    let divergences = parts.latent.divergences(encoded, layout: layout)
    return Scores([
      VAEScore.reconstructionProbability.rawValue: logLikelihoods.map { Float(-$0) },
      VAEScore.negativeELBO.rawValue: zip(logLikelihoods, divergences).map { Float($1 - $0) },
    ])
  }

  /// (1/L) Σ log p(x | z_l) for each image of the batch, with z_l drawn from q(z | x).
  private func meanLogLikelihoods() -> [Double] {
    var streams = indices.map(noise(ofImage:))
    var sums = [Double](repeating: 0, count: layout.images)
    for _ in 0..<settings.draws {
      for slot in 0..<layout.images {
        LatentNoise.draw(
          noise, slot: slot, layout: layout, count: settings.latentSize, from: &streams[slot])
      }
      decode()
      let logLikelihoods = parts.pixels.logLikelihoods(x, decoded, layout: layout)
      for slot in 0..<layout.images { sums[slot] += logLikelihoods[slot] }
    }
    return sums.map { $0 / Double(settings.draws) }
  }

  /// The random stream for an image's draws.
  private func noise(ofImage index: Int) -> RandomStream {
    let place = isolatesImages ? 0 : index
    let words = place * settings.draws * parts.latent.wordsPerDraw
    return RandomStream(seed: setup.seed, name: Self.noiseName, position: UInt64(words))
  }

  private func encode() { forward(parts.network, model.weights, through: parts.encoder, x, pass) }

  private func decode() {
    parts.latent.draw(z, encoded, noise: noise, layout: layout)
    forward(parts.network, model.weights, through: parts.decoder, z, pass)
  }
}

/// The expected images at the latent mean.
extension VAEEvaluator: RebuildingEvaluator {
  func rebuild() -> [UInt8] {
    encode()
    noise.fill(with: 0)
    decode()
    return parts.pixels.means(decoded, layout: layout).map { UInt8(min(1, max(0, $0)) * 255 + 0.5) }
  }
}
