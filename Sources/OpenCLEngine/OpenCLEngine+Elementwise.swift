import Kernels
import OpenCL

extension OpenCLEngine {
  public func add(_ source: FloatBuffer, to target: FloatBuffer, count: Int) {
    launch("add", of: .elementwise, count: count, [read(source), change(target), int(count)])
  }

  public func addScaled(_ source: FloatBuffer, to target: FloatBuffer, factor: Float, count: Int) {
    launch(
      "addScaled", of: .elementwise, count: count, [read(source), change(target), .float(factor), int(count)])
  }

  public func multiply(_ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, count: Int) {
    launch("multiply", of: .elementwise, count: count, [change(target), read(a), read(b), int(count)])
  }

  public func scaledDifference(
    _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, factor: Float, count: Int
  ) {
    combine("scaledDifference", target, a, b, factor, count)
  }

  public func addScaledDifference(
    _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, factor: Float, count: Int
  ) {
    combine("addScaledDifference", target, a, b, factor, count)
  }

  public func addScaledSign(
    _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, factor: Float, count: Int
  ) {
    combine("addScaledSign", target, a, b, factor, count)
  }

  private func combine(
    _ name: String, _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, _ factor: Float, _ count: Int
  ) {
    launch(
      name, of: .elementwise, count: count, [change(target), read(a), read(b), .float(factor), int(count)])
  }

  public func rectify(_ target: FloatBuffer, _ source: FloatBuffer, count: Int) {
    launch("rectify", of: .elementwise, count: count, [change(target), read(source), int(count)])
  }

  public func addRectifiedGradient(
    _ target: FloatBuffer, _ gradient: FloatBuffer, of source: FloatBuffer, count: Int
  ) {
    launch(
      "addRectifiedGradient", of: .elementwise, count: count,
      [change(target), read(gradient), read(source), int(count)])
  }

  public func adam(_ step: AdamStep) {
    let count = step.parameters.count
    launch(
      "adam", of: .elementwise, count: count,
      [
        change(step.parameters), read(step.gradient), change(step.firstMoment), change(step.secondMoment),
        .float(step.decay1.0), .float(step.decay1.1), .float(step.decay2.0), .float(step.decay2.1),
        .float(step.stepSize), .float(step.rootCorrection), .float(step.epsilon), int(count),
      ])
  }
}
