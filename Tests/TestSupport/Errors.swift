/// ‖a − b‖₂/‖b‖₂, computed in double.
public func relativeL2Error<A: BinaryFloatingPoint, B: BinaryFloatingPoint>(_ a: [A], _ b: [B]) -> Double {
  precondition(a.count == b.count, "\(a.count) and \(b.count) numbers")
  var difference = 0.0
  var norm = 0.0
  for (x, y) in zip(a, b) {
    difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
    norm += Double(y) * Double(y)
  }
  return norm == 0 ? difference.squareRoot() : (difference / norm).squareRoot()
}

/// max|a − b|/max|b|, computed in double.
public func relativeMaximumError<A: BinaryFloatingPoint, B: BinaryFloatingPoint>(_ a: [A], _ b: [B]) -> Double
{
  precondition(a.count == b.count, "\(a.count) and \(b.count) numbers")
  var difference = 0.0
  var largest = 0.0
  for (x, y) in zip(a, b) {
    difference = max(difference, abs(Double(x) - Double(y)))
    largest = max(largest, abs(Double(y)))
  }
  return largest == 0 ? difference : difference / largest
}
