/// Images of one shape, held once as bytes: image by image, channel by channel, row by row.
public struct ImageStore: Sendable, Equatable {
  public let shape: ImageShape
  public let count: Int
  /// `count × shape.count` bytes.
  public let bytes: [UInt8]

  /// - Precondition: `bytes.count` is a multiple of `shape.count`.
  public init(shape: ImageShape, bytes: [UInt8]) {
    precondition(
      shape.count > 0 && bytes.count % shape.count == 0, "\(bytes.count) bytes are no whole \(shape) images")
    self.shape = shape
    self.count = bytes.count / shape.count
    self.bytes = bytes
  }

  /// The bytes of one image.
  public subscript(index: Int) -> ArraySlice<UInt8> { bytes[index * shape.count..<(index + 1) * shape.count] }
}
