/// A selection of a store's images, in a given order, and the scale of their pixels.
public struct ImageSelection: Sendable {
  /// The images selected from.
  public let store: ImageStore
  /// The selected images, as positions in the store.
  public let indices: [Int]
  /// The pixel value of each byte.
  public let scale: PixelScale

  /// - Parameter indices: positions in the store, in the order wanted.
  public init(_ store: ImageStore, indices: [Int], scale: PixelScale) {
    self.store = store
    self.indices = indices
    self.scale = scale
  }

  /// The number of selected images.
  public var count: Int { indices.count }
}
