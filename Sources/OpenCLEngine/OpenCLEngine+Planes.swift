import Kernels
import OpenCL

extension OpenCLEngine {
  /// False: convolutions need final values, so that activations and gradients are computed once rather than for every
  /// tap.
  public func readsPlanes(_ geometry: ConvolutionGeometry, _ layout: BatchLayout) -> Bool { false }

  public func read(_ source: PlaneSource, into target: FloatBuffer) {
    let shape = source.shape
    let total = shape.count * shape.size
    switch source {
    case .activations(let activations): read(activations, into: target, total)
    case .gradients(let gradients):
      guard let n = gradients.normalization else {
        if gradients.buffer.buffer !== target { copy(gradients.buffer, to: target, count: total) }
        return
      }
      let slices = [n.mean, n.meanGradient, n.slope, n.factor].flatMap(read)
      launch(
        "normalizeGradient", of: .planes, count: total,
        [change(target)] + read(gradients.buffer) + read(n.raw) + slices + [
          int(shape.channels), int(shape.layout.images), int(shape.layout.lanes), int(shape.size), int(total),
        ])
    }
  }

  private func read(_ activations: Activations, into target: FloatBuffer, _ total: Int) {
    let slope = activations.activation.slope ?? 1
    guard let n = activations.normalization else {
      return launch(
        "activate", of: .planes, count: total,
        [change(target)] + read(activations.buffer) + [.float(slope), int(total)])
    }
    launch(
      "normalizePlanes", of: .planes, count: total,
      [change(target)] + [activations.buffer, n.mean, n.factor, n.shift].flatMap(read) + [
        .float(slope), int(activations.shape.channels), int(activations.shape.size), int(total),
      ])
  }

  public func apply(_ finish: PlaneFinish, to values: FloatBuffer, _ shape: PlaneShape) {
    switch finish {
    case .nothing: break
    case .moments(let moments):
      launchPlanes(
        "planeMoments", shape,
        [
          sums(moments.memory), read(values), int(shape.channels), int(shape.layout.images),
          int(shape.layout.lanes), int(shape.size),
        ])
    case .derivative(let derivative):
      differentiate(derivative, values)
      guard let memory = derivative.memory, let n = derivative.raw.normalization else { return }
      launchPlanes(
        "planeSlopes", shape,
        [sums(memory), read(values)] + read(derivative.raw.buffer) + read(n.mean) + [
          int(shape.channels), int(shape.size),
        ])
    }
  }

  /// Launches one work-group per plane, with as many work-items as the plane keeps busy.
  private func launchPlanes(_ name: String, _ shape: PlaneShape, _ arguments: [OpenCLArgument]) {
    let size = shape.size >= 1024 ? 256 : 32
    launch(
      name, of: .sums, [Definition(name: "GROUP", value: size)], groups: (shape.count, 1, 1), groupSize: size,
      arguments)
  }

  /// gradient ·= f′
  private func differentiate(_ derivative: PlaneDerivative, _ gradient: FloatBuffer) {
    let (raw, shape) = (derivative.raw, derivative.raw.shape)
    let total = shape.count * shape.size
    if let outputs = derivative.outputs {
      let arguments = [change(gradient)] + read(outputs)
      switch derivative.activation {
      case .identity: break
      case .leakyReLU(let slope):
        launch("rectifiedDerivative", of: .planes, count: total, arguments + [.float(slope), int(total)])
      case .tanh: launch("tanhDerivative", of: .planes, count: total, arguments + [int(total)])
      case .sigmoid: launch("sigmoidDerivative", of: .planes, count: total, arguments + [int(total)])
      }
      return
    }
    guard let slope = derivative.activation.slope, slope != 1 else { return }
    let seen = [change(gradient)] + read(raw.buffer)
    guard let n = raw.normalization else {
      return launch("rectifiedDerivative", of: .planes, count: total, seen + [.float(slope), int(total)])
    }
    launch(
      "normalizedDerivative", of: .planes, count: total,
      seen + [n.mean, n.factor, n.shift].flatMap(read) + [
        .float(slope), int(shape.channels), int(shape.size), int(total),
      ])
  }

  public func apply(_ activation: Activation, to values: FloatBuffer, _ shape: PlaneShape) {
    let total = shape.count * shape.size
    switch activation {
    case .identity: break
    case .leakyReLU(let slope):
      launch(
        "activate", of: .planes, count: total,
        [change(values), change(values), .int(0), .float(slope), int(total)])
    case .tanh: launch("applyTanh", of: .planes, count: total, [change(values), int(total)])
    case .sigmoid: launch("applySigmoid", of: .planes, count: total, [change(values), int(total)])
    }
  }
}
