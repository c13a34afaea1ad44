/// How a variational autoencoder models pixels.
public enum PixelLikelihood: String, SettingChoice {
  /// Each pixel in [0, 1] is a probability of white: binary cross-entropy.
  case bernoulli
  /// Normally distributed, with a mean and a variance learned for each pixel.
  case gaussian
}

/// Which of a variational autoencoder's scores is the headline.
public enum VAEScore: String, SettingChoice {
  /// −(1/L) Σ log p(x | z_l) over samples z_l from q(z | x): the reconstruction probability, as a negative logarithm.
  case reconstructionProbability = "reconstruction-probability"
  /// The negative evidence lower bound: the same plus the divergence of q(z | x) from the prior.
  case negativeELBO = "negative-elbo"
}

/// Hyperparameters of a variational autoencoder (An and Cho 2015). Widths, latent size and learning rate are customary
/// values; pixels are in [0, 1], whatever the protocol's input range.
///
/// AUPRC on MNIST as quoted by Zenati et al. 2018: digit 1 .063, 4 .337, 5 .325, 7 .148, 9 .104. The values for digits
/// 1, 7 and 9 are impossible on the `pooled-80-20` split, beside which they are quoted: with a share π of anomalies, no
/// ranking's AUPRC is below 1 + (1 − π)/π·log(1 − π), which is .23 for digit 1 there (π = .39); with a tenth of
/// anomalies it is .05.
public struct VAESettings: AdamRecord {
  public static let detectorName = "vae"
  public static let fieldsWithoutCost: Set<String> = [
    "epochs", "learning_rate", "beta1", "beta2", "score", "variance_floor",
  ]

  /// How pixels are modeled.
  public var likelihood = PixelLikelihood.bernoulli
  /// Which score is the headline.
  public var score = VAEScore.reconstructionProbability
  /// Size of the latent vector.
  public var latentSize = 200
  /// Size of each hidden layer.
  public var hiddenSize = 400
  /// Hidden layers of the encoder, and again of the decoder.
  public var hiddenLayers = 2
  /// L: latent samples per image for its score.
  public var draws = 10
  /// Added to a pixel's learned variance, so that constant pixels have a finite likelihood.
  public var varianceFloor = 1e-4
  public var learningRate = 1e-3
  public var beta1 = 0.9
  public var beta2 = 0.999
  public var batchSize = 100
  public var epochs = 50

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] {
    ([score] + VAEScore.allCases.filter { $0 != score }).map(\.rawValue)
  }

  /// An incomplete last batch is used as well.
  public var smallestTrainingSet: (count: Int, field: String) { (1, "") }

  public static let fields: [SettingField<VAESettings>] = [
    .choice("likelihood", \.likelihood, "The observation model of pixels in [0, 1]."),
    .choice("score", \.score, "The headline's score; the other one is evaluated as well."),
    .integer("latent_size", \.latentSize, 1...4096, "Size of the latent vector."),
    .integer("hidden_size", \.hiddenSize, 1...8192, "Size of each hidden layer."),
    .integer(
      "hidden_layers", \.hiddenLayers, 1...8, "Hidden layers of the encoder, and as many of the decoder."),
    .integer("draws", \.draws, 1...10_000, "Latent samples for the score of an image."),
    .number(
      "variance_floor", \.varianceFloor, .above(0),
      "Added to each pixel's learned variance; pixels are in [0, 1]."
    )
    .applying("only with `likelihood: gaussian`") { $0.likelihood == .gaussian },
    .learningRate,
    .beta1,
    .beta2,
    .batches(of: 1),
    .epochs,
  ]
}
