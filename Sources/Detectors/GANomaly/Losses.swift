import Kernels

/// The loss terms of one step, all averaged over the batch.
public struct GANomalyLosses: Sendable, Equatable {
  /// L_adv: the mean of (f(x) − f(x̂))² over batch and features, equation 1; BCE(D(x̂), 1) with V0 and V1.
  public var adversarial = 0.0
  /// L_con: the mean of |x − x̂| over all pixels, equation 2.
  public var contextual = 0.0
  /// L_enc: the mean of (z − ẑ)² over batch and latent, equation 3.
  public var encoder = 0.0
  /// The weighted sum of the three: equation 4.
  public var generator = 0.0
  /// BCE(D(x), 1), before the discriminator's update.
  public var discriminatorReal = 0.0
  /// BCE(D(x̂), 0), before the discriminator's update.
  public var discriminatorFake = 0.0
  /// Half the sum of the two; their sum with V0, the mean of (f(x) − f(x̂))² over batch and features with V1.
  public var discriminator = 0.0

  /// All terms 0.
  public init() {}

  /// The name and key path of each term, in the order of the golden files' `err_g_adv … err_d`.
  static let fields: [(name: String, path: WritableKeyPath<GANomalyLosses, Double> & Sendable)] = [
    ("adversarial", \.adversarial), ("contextual", \.contextual), ("encoder", \.encoder),
    ("generator", \.generator), ("discriminator_real", \.discriminatorReal),
    ("discriminator_fake", \.discriminatorFake), ("discriminator", \.discriminator),
  ]

  static let names = fields.map(\.name)

  /// The terms in the order of their names, then a zero. Spelled out because key paths allocate.
  var values: SIMD8<Double> {
    SIMD8(
      adversarial, contextual, encoder, generator, discriminatorReal, discriminatorFake, discriminator, 0)
  }

  /// The name and value of each term.
  public var terms: [(name: String, value: Double)] {
    Self.fields.map { ($0.name, self[keyPath: $0.path]) }
  }
}

/// What a step asks its engine to measure, from which its losses are made.
struct GANomalyMeasures {
  /// BCE(D(x), 1) and BCE(D(x̂), 0).
  var discriminatorReal = Measured.known(0)
  var discriminatorFake = Measured.known(0)
  /// The mean of (f(x) − f(x̂))²; not measured with V0, which does not need it.
  var featureDistance = Measured.known(0)
  /// L_adv, L_con and L_enc.
  var adversarial = Measured.known(0)
  var contextual = Measured.known(0)
  var encoder = Measured.known(0)
}
