/// The channels, height and width of an image.
public struct ImageShape: Hashable, Sendable, CustomStringConvertible {
  /// Such as 1 for gray, 3 for RGB.
  public var channels: Int
  /// Rows of pixels.
  public var height: Int
  /// Columns of pixels.
  public var width: Int

  /// The shape `channels×height×width`.
  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Bytes (or values) per image.
  public var count: Int { channels * height * width }

  /// `channels×height×width`.
  public var description: String { "\(channels)×\(height)×\(width)" }
}
