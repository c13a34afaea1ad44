import Foundation

/// Mean binary cross-entropy of predicted probabilities against a single target, as torch computes it.
enum BinaryCrossEntropy {
  /// −mean(t·log p + (1−t)·log(1−p)), with logarithms clamped to at least −100.
  static func loss(_ probabilities: UnsafePointer<Float>, count: Int, target: Double) -> Double {
    var sum = 0.0
    for index in 0..<count {
      let p = Double(probabilities[index])
      sum -= target * max(log(p), -100) + (1 - target) * max(log(1 - p), -100)
    }
    return sum / Double(count)
  }

  /// gradient = factor·(p − t)/max(p(1−p), 1e-12)/count; overwrites `gradient`.
  static func gradient(
    _ gradient: UnsafeMutablePointer<Float>, _ probabilities: UnsafePointer<Float>, count: Int,
    target: Double,
    factor: Double
  ) {
    for index in 0..<count {
      let p = Double(probabilities[index])
      gradient[index] = Float(factor * (p - target) / max(p * (1 - p), 1e-12) / Double(count))
    }
  }
}
