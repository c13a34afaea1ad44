import Foundation

extension BinaryCrossEntropy {
  /// mean(max(l, 0) − t·l + log(1 + e^−|l|)): the loss of the sigmoids of `logits`, finite for every finite logit.
  static func loss(logits: UnsafePointer<Float>, count: Int, target: Double) -> Double {
    var sum = 0.0
    for index in 0..<count {
      let logit = Double(logits[index])
      sum += max(logit, 0) - target * logit + log1p(exp(-abs(logit)))
    }
    return sum / Double(count)
  }

  /// gradient = factor·(σ(l) − t)/count; overwrites `gradient`.
  static func gradient(
    _ gradient: UnsafeMutablePointer<Float>, logits: UnsafePointer<Float>, count: Int, target: Double,
    factor: Double = 1
  ) {
    for index in 0..<count {
      let probability = 1 / (1 + exp(-Double(logits[index])))
      gradient[index] = Float(factor * (probability - target) / Double(count))
    }
  }
}
