/// Channels, height and width of one image's activations.
public struct Shape: Hashable, Sendable, CustomStringConvertible {
  public var channels: Int
  public var height: Int
  public var width: Int

  public init(_ channels: Int, _ height: Int, _ width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Pixels per channel.
  public var pixels: Int { height * width }
  /// Values per image: channels·height·width.
  public var count: Int { channels * pixels }
  /// `channels×height×width`
  public var description: String { "\(channels)×\(height)×\(width)" }
}
