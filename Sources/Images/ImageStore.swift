/// Images of one shape, stored as bytes: image by image, channel by channel, row by row.
public struct ImageStore: Sendable, Equatable {
  /// The shape of each image.
  public let shape: ImageShape
  /// The number of images.
  public let count: Int
  /// `count × shape.count` bytes.
  public let bytes: [UInt8]

  /// - Precondition: `bytes.count` is a multiple of `shape.count`.
  public init(shape: ImageShape, bytes: [UInt8]) {
    precondition(
      shape.count > 0 && bytes.count % shape.count == 0, "\(bytes.count) bytes are not whole \(shape) images")
    self.shape = shape
    self.count = bytes.count / shape.count
    self.bytes = bytes
  }

  /// The bytes of one image.
  public subscript(index: Int) -> ArraySlice<UInt8> { bytes[index * shape.count..<(index + 1) * shape.count] }
}

extension ImageStore {
  /// Repeats gray images' plane, as loaders of image folders turn gray files into color; images that already have
  /// `channels` channels are returned unchanged.
  ///
  /// - Precondition: the images have one channel, or `channels`.
  public func repeatingPlane(channels: Int) -> ImageStore {
    guard channels != shape.channels else { return self }
    precondition(shape.channels == 1, "\(shape) images cannot be given \(channels) channels")
    var repeated: [UInt8] = []
    repeated.reserveCapacity(bytes.count * channels)
    for image in 0..<count {
      for _ in 0..<channels { repeated += self[image] }
    }
    return ImageStore(
      shape: ImageShape(channels: channels, height: shape.height, width: shape.width), bytes: repeated)
  }
}
