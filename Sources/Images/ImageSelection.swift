/// Some images of a store, in an order, together with what their bytes mean.
public struct ImageSelection: Sendable {
  public let store: ImageStore
  /// Positions in the store.
  public let indices: [Int]
  public let scale: PixelScale

  public init(_ store: ImageStore, indices: [Int], scale: PixelScale) {
    self.store = store
    self.indices = indices
    self.scale = scale
  }

  public var count: Int { indices.count }
}
