import Kernels
import OpenCL

/// Sums over batches are computed on the device in pairs of floats; the host adds the few partial sums in order.
extension OpenCLEngine {
  private static let groupSize = 256
  private static let definitions = [Definition(name: "GROUP", value: groupSize)]
  /// Work-groups per sum: fixed, since their number determines the bits of the result.
  private static let parts = 64

  public func meanSquaredDifference(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> Double {
    sumOfDifferences(a, b, layout, count, isSquared: true) / Double(layout.images * count)
  }

  public func meanAbsoluteDifference(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> Double {
    sumOfDifferences(a, b, layout, count, isSquared: false) / Double(layout.images * count)
  }

  private func sumOfDifferences(
    _ a: FloatBuffer, _ b: FloatBuffer, _ layout: BatchLayout, _ count: Int, isSquared: Bool
  ) -> Double {
    let total = layout.count(perImage: count)
    let groups = min(Self.parts, chunks(total, of: Self.groupSize))
    let sums = scratch(.losses, bytes: 2 * groups * MemoryLayout<Float>.size)
    launch(
      "differences", of: .losses, Self.definitions, groups: (groups, 1, 1),
      groupSize: Self.groupSize,
      [
        .memory(sums), read(a), read(b), .int(isSquared ? 1 : 0), int(layout.images), int(layout.lanes),
        int(count), int(total),
      ])
    return numbers(sums, count: groups).reduce(0, +)
  }

  /// Waits for pairs of floats and returns the sum of each.
  private func numbers(_ pairs: OpenCLMemory, count: Int) -> [Double] {
    let floats = attempt { () throws(OpenCLError) in try pairs.readFloats(count: 2 * count) }
    return (0..<count).map { Double(floats[2 * $0]) + Double(floats[2 * $0 + 1]) }
  }

  public func distancesByImage(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> (absolute: [Float], squared: [Float]) {
    let sums = sumsByImage(a, b, layout, count)
    return (
      sums.map { Float($0.absolute / Double(count)) }, sums.map { Float($0.squared / Double(count)) }
    )
  }

  public func absoluteSumsByImage(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> [Double] {
    sumsByImage(a, b, layout, count).map(\.absolute)
  }

  public func squaredSumsByImage(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> [Double] {
    sumsByImage(a, b, layout, count).map(\.squared)
  }

  private func sumsByImage(
    _ a: FloatBuffer, _ b: FloatBuffer, _ layout: BatchLayout, _ count: Int
  ) -> [(absolute: Double, squared: Double)] {
    let sums = scratch(.losses, bytes: 4 * layout.images * MemoryLayout<Float>.size)
    launch(
      "differencesByImage", of: .losses, Self.definitions,
      groups: (layout.images, 1, 1), groupSize: Self.groupSize,
      [.memory(sums), read(a), read(b), int(layout.lanes), int(count)])
    let numbers = numbers(sums, count: 2 * layout.images)
    return (0..<layout.images).map { (numbers[2 * $0], numbers[2 * $0 + 1]) }
  }

  /// Computed on the host in double: only a few logarithms, one or two per image.
  public func crossEntropy(_ predictions: Predictions, count: Int, target: Double) -> Double {
    switch predictions {
    case .probabilities(let buffer), .logits(let buffer): buffer.bringToHost()
    }
    return host.crossEntropy(predictions, count: count, target: target)
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
