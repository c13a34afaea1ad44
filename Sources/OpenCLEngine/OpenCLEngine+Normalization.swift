import Kernels
import OpenCL

extension OpenCLEngine {
  public func statistics(from moments: PlaneMoments, mean: FloatBuffer, variance: FloatBuffer) {
    let shape = moments.shape
    launch(
      "statistics", of: .normalization, count: shape.channels,
      [
        sums(moments.memory), change(mean), change(variance), int(shape.channels), int(shape.layout.groups),
        int(shape.layout.images), int(shape.layout.lanes), int(shape.pixels),
      ])
  }

  public func copy(_ source: BufferSlice, to target: FloatBuffer, count: Int) {
    precondition(
      source.offset + count <= source.buffer.count && count <= target.count, "\(count) numbers do not fit")
    let size = MemoryLayout<Float>.size
    let (from, to) = (memory(source.buffer, changes: false), memory(target, changes: true))
    attempt { () throws(OpenCLError) in
      try to.copy(from: from, sourceOffset: source.offset * size, byteCount: count * size)
    }
  }

  public func factor(
    _ factor: FloatBuffer, scale: BufferSlice?, variance: FloatBuffer, channels: Int, epsilon: Double
  ) {
    launch(
      "normalizationFactor", of: .normalization, count: channels,
      [change(factor)] + (scale.map(read) ?? [.none, .int(0)]) + [
        read(variance), .float(Float(epsilon)), int(channels),
      ])
  }

  public func normalizationGradient(
    of derivative: PlaneDerivative, variance: FloatBuffer, epsilon: Double, statisticsAreOfTheBatch: Bool,
    meanGradient: FloatBuffer, slope: FloatBuffer, scaleGradient: BufferSlice?, shiftGradient: BufferSlice?
  ) -> GradientNormalization {
    let shape = derivative.raw.shape
    guard let memory = derivative.memory, let normalization = derivative.raw.normalization else {
      preconditionFailure("the batch norm's sums were not computed")
    }
    launch(
      "normalizationSlopes", of: .normalization, count: shape.channels,
      [
        sums(memory), read(variance), .float(Float(epsilon)), .int(statisticsAreOfTheBatch ? 1 : 0),
        change(meanGradient), change(slope),
      ] + change(scaleGradient) + change(shiftGradient) + [
        int(shape.channels), int(shape.layout.groups), int(shape.layout.images * shape.pixels),
      ])
    return GradientNormalization(
      raw: derivative.raw.buffer, mean: normalization.mean, meanGradient: meanGradient.whole,
      slope: slope.whole, factor: normalization.factor)
  }

  public func addBiasGradient(_ biasGradient: BufferSlice, of derivative: PlaneDerivative) {
    let shape = derivative.raw.shape
    guard let memory = derivative.memory else { preconditionFailure("the bias's sums were not computed") }
    launch(
      "addBiasGradient", of: .normalization, count: shape.channels,
      change(biasGradient) + [sums(memory), int(shape.channels), int(shape.layout.groups)])
  }

  public func updateRunning(
    mean: BufferSlice, variance: BufferSlice, batchMean: FloatBuffer, batchVariance: FloatBuffer,
    channels: Int, perChannel: Int, momentum: Float
  ) {
    precondition(
      perChannel > 1, "the unbiased variance needs at least 2 values per channel, not \(perChannel)")
    let unbiased = Float(Double(perChannel) / Double(perChannel - 1))
    launch(
      "updateRunning", of: .normalization, count: channels,
      change(mean) + change(variance) + [
        read(batchMean), read(batchVariance), .float(momentum), .float(unbiased), int(channels),
      ])
  }
}
