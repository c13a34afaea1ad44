import Kernels
import NeuralNetworks

/// The loss terms of one step, all means over the batch.
public struct GANomalyLosses: Sendable, Equatable {
  /// L_adv: (f(x) − f(x̂))² over batch and features, equation 1; with the objectives V0 and V1 BCE(D(x̂), 1).
  public var adversarial = 0.0
  /// |x − x̂| over all pixels: L_con, equation 2.
  public var contextual = 0.0
  /// (z − ẑ)² over batch and latent: L_enc, equation 3.
  public var encoder = 0.0
  /// The weighted sum of the three: equation 4.
  public var generator = 0.0
  /// BCE(D(x), 1) and BCE(D(x̂), 0), before the discriminator's update.
  public var discriminatorReal = 0.0
  public var discriminatorFake = 0.0
  /// Half the sum of the two; with V0 their sum, with V1 (f(x) − f(x̂))² over batch and features.
  public var discriminator = 0.0

  public init() {}

  /// The name and the place of each term, in the order of the golden files' `err_g_adv … err_d`.
  static let fields: [(name: String, path: WritableKeyPath<GANomalyLosses, Double> & Sendable)] = [
    ("adversarial", \.adversarial), ("contextual", \.contextual), ("encoder", \.encoder),
    ("generator", \.generator), ("discriminator_real", \.discriminatorReal),
    ("discriminator_fake", \.discriminatorFake), ("discriminator", \.discriminator),
  ]

  static let names = fields.map(\.name)

  /// The terms in the order of their names, and a zero. Written out, since key paths allocate.
  var values: SIMD8<Double> {
    SIMD8(
      adversarial, contextual, encoder, generator, discriminatorReal, discriminatorFake, discriminator, 0)
  }

  /// Name and value of each term.
  public var terms: [(name: String, value: Double)] {
    Self.fields.map { ($0.name, self[keyPath: $0.path]) }
  }
}
