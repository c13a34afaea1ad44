import Foundation

/// An elementwise function after a convolution, and its derivative.
public enum Activation: Hashable, Sendable {
  case identity
  /// x for x > 0, slope·x otherwise; slope 0 is ReLU.
  case leakyReLU(slope: Float)
  case tanh
  case sigmoid

  /// max(x, 0)
  public static let relu = Activation.leakyReLU(slope: 0)

  /// The slope of a piecewise linear function for negative inputs (1 for the identity); nil for the others.
  public var slope: Float? {
    switch self {
    case .identity: 1
    case .leakyReLU(let slope): slope
    case .tanh, .sigmoid: nil
    }
  }

  /// values = f(values)
  func apply(to values: UnsafeMutablePointer<Float>, count: Int) {
    switch self {
    case .identity: break
    case .leakyReLU(let slope):
      for index in 0..<count {
        let value = values[index]
        values[index] = value > 0 ? value : value * slope
      }
    case .tanh: for index in 0..<count { values[index] = tanhf(values[index]) }
    case .sigmoid: for index in 0..<count { values[index] = 1 / (1 + expf(-values[index])) }
    }
  }

  /// gradient ·= f′, computed from the outputs of `apply`; at 0 the derivative of a (leaky) ReLU is its slope.
  func multiplyByDerivative(
    _ gradient: UnsafeMutablePointer<Float>, outputs: UnsafePointer<Float>, count: Int
  ) {
    switch self {
    case .identity: break
    case .leakyReLU(let slope):
      for index in 0..<count {
        let factor: Float = outputs[index] > 0 ? 1 : slope
        gradient[index] *= factor
      }
    case .tanh: for index in 0..<count { gradient[index] *= 1 - outputs[index] * outputs[index] }
    case .sigmoid: for index in 0..<count { gradient[index] *= outputs[index] * (1 - outputs[index]) }
    }
  }

  /// values = f(values), in parallel.
  func apply(
    to values: UnsafeMutablePointer<Float>, _ shape: PlaneShape, context: ComputeContext
  ) {
    struct Items: WorkItems {
      let activation: Activation
      let values: UnsafeMutablePointer<Float>
      let shape: PlaneShape

      func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
        let planes = chunk(item, of: shape.planesPerItem, total: shape.count)
        activation.apply(to: values + planes.lowerBound * shape.size, count: planes.count * shape.size)
      }
    }
    if self == .identity { return }
    context.perform(
      Items(activation: self, values: values, shape: shape), count: shape.itemCount, .normalization)
  }
}
