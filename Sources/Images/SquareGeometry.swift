/// How an image becomes square: the size to which it is resized, and where the square lies on the resized image.
///
/// Lengths that follow from the aspect ratio are truncated, as torchvision's `Resize` does, but at least 1 pixel.
public struct SquareGeometry: Sendable {
  /// The height after resizing.
  public let height: Int
  /// The width after resizing.
  public let width: Int
  /// The row of the resized image at the top of the square; negative where black precedes it.
  public let top: Int
  /// The column of the resized image at the left of the square; negative where black precedes it.
  public let left: Int
  /// The height and width of the square.
  public let side: Int

  /// torchvision's `Resize(side)` followed by `CenterCrop(side)`: the shorter side becomes `side`; the longer keeps the
  /// aspect ratio and is cropped.
  ///
  /// - Parameters:
  ///   - height: rows of the image, at least 1.
  ///   - width: columns of the image, at least 1.
  ///   - side: rows and columns of the result, at least 1.
  public static func cropping(height: Int, width: Int, side: Int) -> SquareGeometry {
    SquareGeometry(
      height: height <= width ? side : side * height / width,
      width: width <= height ? side : side * width / height, side: side)
  }

  /// The longer side becomes `side`; the shorter keeps the aspect ratio and is padded with black on both sides, as by
  /// PIL's `ImageOps.pad`, which rounds its length.
  ///
  /// - Parameters:
  ///   - height: rows of the image, at least 1.
  ///   - width: columns of the image, at least 1.
  ///   - side: rows and columns of the result, at least 1.
  public static func padding(height: Int, width: Int, side: Int) -> SquareGeometry {
    SquareGeometry(
      height: height >= width ? side : max(1, side * height / width),
      width: width >= height ? side : max(1, side * width / height), side: side)
  }

  /// Both sides become `side`.
  public static func stretching(side: Int) -> SquareGeometry {
    SquareGeometry(height: side, width: side, side: side)
  }

  private init(height: Int, width: Int, side: Int) {
    precondition(height > 0 && width > 0 && side > 0, "no \(height)×\(width) image becomes \(side)×\(side)")
    (self.height, self.width, self.side) = (height, width, side)
    top = Self.offset(of: height, side: side)
    left = Self.offset(of: width, side: side)
  }

  /// `int(round((length − side) / 2.0))`; Python rounds halves to even.
  private static func offset(of length: Int, side: Int) -> Int {
    Int((Double(length - side) / 2).rounded(.toNearestOrEven))
  }

  /// Cuts the square out of a planar image of `height` × `width`.
  ///
  /// - Returns: `channels` × `side` × `side` bytes, zero beyond the image.
  public func square(planar bytes: [UInt8], channels: Int) -> [UInt8] {
    precondition(
      bytes.count == channels * height * width,
      "\(bytes.count) bytes are no \(ImageShape(channels: channels, height: height, width: width)) image")
    if height == side && width == side { return bytes }
    var square = [UInt8](repeating: 0, count: channels * side * side)
    let columns = max(0, left)..<min(width, left + side)
    for channel in 0..<channels {
      for row in max(0, top)..<min(height, top + side) {
        let source = (channel * height + row) * width
        let target = (channel * side + row - top) * side - left
        square.replaceSubrange(
          target + columns.lowerBound..<target + columns.upperBound,
          with: bytes[source + columns.lowerBound..<source + columns.upperBound])
      }
    }
    return square
  }
}
