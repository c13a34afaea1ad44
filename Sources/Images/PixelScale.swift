/// The pixel value of each byte, as torchvision's ToTensor and Normalize compute it in float32.
public struct PixelScale: Sendable {
  /// The values of the 256 bytes.
  public let table: [Float]
  /// Of the bytes divided by 255.
  public let mean: Float
  public let deviation: Float

  /// Maps byte b to (b/255 − mean)/deviation.
  public init(mean: Float, deviation: Float) {
    self.mean = mean
    self.deviation = deviation
    table = (0...255).map { (Float($0) / 255 - mean) / deviation }
  }

  /// Maps bytes to [−1, 1].
  public static let symmetric = PixelScale(mean: 0.5, deviation: 0.5)

  /// Normalizes with MNIST's mean and deviation; maps bytes to [−0.42, 2.82].
  public static let standardized = PixelScale(mean: 0.1307, deviation: 0.3081)

  /// The byte whose value is closest to `value`.
  public func byte(nearestTo value: Float) -> UInt8 {
    let step = table[1] - table[0]
    return UInt8(min(255, max(0, ((value - table[0]) / step).rounded())))
  }
}
