/// The sizes of torchvision's `Resize(side)` followed by `CenterCrop(side)`: the shorter side becomes `side`; the
/// longer keeps the aspect ratio and is cropped.
public struct ShorterSide: Sendable {
  /// The height after resizing.
  public let height: Int
  /// The width after resizing.
  public let width: Int
  /// The first row that the crop keeps.
  public let top: Int
  /// The first column that the crop keeps.
  public let left: Int
  /// The height and width after cropping.
  public let side: Int

  /// - Parameters:
  ///   - height: rows of the image, at least 1.
  ///   - width: columns of the image, at least 1.
  ///   - side: rows and columns of the result, at least 1.
  public init(height: Int, width: Int, side: Int) {
    precondition(
      height > 0 && width > 0 && side > 0, "no \(height)×\(width) image can be brought to side \(side)")
    self.side = side
    self.height = height <= width ? side : side * height / width
    self.width = width <= height ? side : side * width / height
    top = Self.offset(of: self.height, side: side)
    left = Self.offset(of: self.width, side: side)
  }

  /// `int(round((length − side) / 2.0))`; Python rounds halves to even.
  private static func offset(of length: Int, side: Int) -> Int {
    Int((Double(length - side) / 2).rounded(.toNearestOrEven))
  }

  /// Crops a planar image of `height` × `width` to `channels` × `side` × `side` bytes.
  public func crop(planar bytes: [UInt8], channels: Int) -> [UInt8] {
    precondition(
      bytes.count == channels * height * width,
      "\(bytes.count) bytes are no \(ImageShape(channels: channels, height: height, width: width)) image")
    if height == side && width == side { return bytes }
    var cropped: [UInt8] = []
    cropped.reserveCapacity(channels * side * side)
    for channel in 0..<channels {
      for row in top..<top + side {
        let first = (channel * height + row) * width + left
        cropped += bytes[first..<first + side]
      }
    }
    return cropped
  }
}
