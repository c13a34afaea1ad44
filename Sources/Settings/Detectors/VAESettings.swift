/// What a variational autoencoder takes pixels for.
public enum PixelLikelihood: String, SettingChoice {
  /// Each pixel's value in [0, 1] as the probability of white: the binary cross-entropy.
  case bernoulli
  /// Normally distributed about a mean, with a variance that is learnt for each pixel as well.
  case gaussian
}

/// Which of a variational autoencoder's scores is the headline.
public enum VAEScore: String, SettingChoice {
  /// −(1/L) Σ log p(x | z_l) over draws z_l from q(z | x): the reconstruction probability, as a logarithm.
  case reconstructionProbability = "reconstruction-probability"
  /// The negative evidence lower bound: the same, and the divergence of q(z | x) from the prior.
  case negativeELBO = "negative-elbo"
}

/// Hyperparameters of a variational autoencoder (An and Cho 2015). Widths, latent size and learning rate are
/// customary values; pixels are taken as [0, 1], whatever the protocol's input range.
///
/// Published AUPRC on MNIST (quoted by Zenati et al. 2018): digit 1 .063, 4 .337, 5 .325, 7 .148, 9 .104. Those of
/// digits 1, 7 and 9 cannot come from the `pooled-80-20` split, which they are quoted beside: with a share π of
/// anomalies no ranking has less than 1 + (1 − π)/π·log(1 − π), which is .23 for digit 1 there (π = .39); with a
/// tenth of anomalies it is .05.
public struct VAESettings: AdamRecord {
  public static let detectorName = "vae"
  public static let fieldsWithoutCost: Set<String> = [
    "epochs", "learning_rate", "beta1", "beta2", "score", "variance_floor",
  ]

  public var likelihood = PixelLikelihood.bernoulli
  public var score = VAEScore.reconstructionProbability
  public var latentSize = 200
  public var hiddenSize = 400
  /// Hidden layers of the encoder, and of the decoder.
  public var hiddenLayers = 2
  /// Draws of the latent for an image's score: L.
  public var draws = 10
  /// Added to a pixel's learnt variance, so that pixels that never vary have a likelihood.
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

  /// A last batch that is not full is used as well.
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
      "Added to each pixel's learnt variance, where [0, 1] is the range of pixels."
    )
    .applying("only with `likelihood: gaussian`") { $0.likelihood == .gaussian },
    .learningRate,
    .beta1,
    .beta2,
    .batches(of: 1),
    .epochs,
  ]
}
