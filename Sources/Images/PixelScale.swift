import Settings

/// What number each byte stands for, as torchvision's ToTensor and Normalize compute it in float32.
public struct PixelScale: Sendable {
  /// The number for each of the 256 bytes.
  public let table: [Float]

  public init(_ range: InputRange) {
    let (mean, deviation): (Float, Float) =
      switch range {
      case .symmetric: (0.5, 0.5)
      case .standardised: (0.1307, 0.3081)
      }
    table = (0...255).map { (Float($0) / 255 - mean) / deviation }
  }

  /// The byte whose number is nearest to `value`.
  public func byte(nearestTo value: Float) -> UInt8 {
    let step = table[1] - table[0]
    return UInt8(min(255, max(0, ((value - table[0]) / step).rounded())))
  }
}
