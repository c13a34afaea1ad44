import Kernels
import OpenCL

/// Sums over batches are computed on the device in pairs of floats; the host adds the few partial sums in order, when it
/// is asked for the numbers.
extension OpenCLEngine {
  private static let groupSize = 256
  private static let definitions = [Definition(name: "GROUP", value: groupSize)]
  /// Work-groups per sum: fixed, since their number determines the bits of the result.
  private static let parts = 64

  public func value(of measured: Measured) -> Double {
    guard case .pending(let measure) = measured else { return host.value(of: measured) }
    let parts = measures.parts(of: measure)
    switch measure.kind {
    case .mean(let divisor): return Self.numbers(parts).reduce(0, +) / divisor
    case .crossEntropy(let isLogits, let target):
      let buffer = FloatBuffer(parts)
      return host.value(
        of: host.crossEntropy(
          isLogits ? .logits(buffer) : .probabilities(buffer), count: parts.count, target: target))
    }
  }

  public func meanSquaredDifference(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> Measured {
    meanDifference(a, b, layout, count, isSquared: true)
  }

  public func meanAbsoluteDifference(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> Measured {
    meanDifference(a, b, layout, count, isSquared: false)
  }

  private func meanDifference(
    _ a: FloatBuffer, _ b: FloatBuffer, _ layout: BatchLayout, _ count: Int, isSquared: Bool
  ) -> Measured {
    let total = layout.count(perImage: count)
    let groups = min(Self.parts, chunkCount(of: Self.groupSize, total: total))
    let (memory, measure) = measures.reserve(
      .mean(divisor: Double(layout.images * count)), floats: 2 * groups)
    launch(
      "differences", of: .losses, Self.definitions, groups: (groups, 1, 1),
      groupSize: Self.groupSize,
      [
        .memory(memory), int(measure.floats.lowerBound), read(a), read(b), .int(isSquared ? 1 : 0),
        int(layout.images), int(layout.lanes), int(count), int(total),
      ])
    return .pending(measure)
  }

  /// The sum of each pair of floats.
  private static func numbers(_ floats: [Float]) -> [Double] {
    stride(from: 0, to: floats.count, by: 2).map { Double(floats[$0]) + Double(floats[$0 + 1]) }
  }

  public func differenceSumsByImage(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> [(absolute: Double, squared: Double)] {
    let sums = scratch(.losses, bytes: 4 * layout.images * MemoryLayout<Float>.size)
    launch(
      "differencesByImage", of: .losses, Self.definitions,
      groups: (layout.images, 1, 1), groupSize: Self.groupSize,
      [.memory(sums), read(a), read(b), int(layout.lanes), int(count)])
    let floats = attempt { () throws(OpenCLError) in try sums.readFloats(count: 4 * layout.images) }
    let numbers = Self.numbers(floats)
    return (0..<layout.images).map { (numbers[2 * $0], numbers[2 * $0 + 1]) }
  }

  /// Computed on the host in double, from a copy of the predictions: only a few logarithms, one or two per image.
  public func crossEntropy(_ predictions: Predictions, count: Int, target: Double) -> Measured {
    let (buffer, isLogits) =
      switch predictions {
      case .probabilities(let buffer): (buffer, false)
      case .logits(let buffer): (buffer, true)
      }
    let source = memory(buffer, changes: false)
    let (copies, measure) = measures.reserve(
      .crossEntropy(isLogits: isLogits, target: target), floats: count)
    attempt { () throws(OpenCLError) in
      let size = MemoryLayout<Float>.size
      try copies.copy(
        from: source, targetOffset: measure.floats.lowerBound * size, byteCount: count * size)
    }
    return .pending(measure)
  }

  public func crossEntropyGradient(
    _ gradient: FloatBuffer, _ predictions: Predictions, count: Int, target: Double, factor: Double
  ) {
    let factors: [OpenCLArgument] = [
      .float(Float(target)), .float(Float(factor / Double(count))), int(count),
    ]
    switch predictions {
    case .probabilities(let probabilities):
      launch(
        "probabilityGradient", of: .losses, Self.definitions, count: count,
        [change(gradient), read(probabilities)] + factors)
    case .logits(let logits):
      launch(
        "logitGradient", of: .losses, Self.definitions, count: count,
        [change(gradient), read(logits)] + factors)
    }
  }
}
