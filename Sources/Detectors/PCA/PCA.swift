import Diagnostics
import Images
import Kernels
import Settings

/// Reconstruction from principal components: an image is as anomalous as it lies far from the subspace in which
/// the training images vary most.
///
/// With mean m and components A (rows, orthonormal), x̂ = m + (x − m)AᵀA; the score is the mean of (x − x̂)². The
/// components are the fewest that explain more than a share of the variance, as scikit-learn's
/// `PCA(n_components=share)` chooses them.
public final class PCA: FittedAtOnce, Reconstructing {
  public var toFit: ImageSelection?
  public var count = 0
  /// What the training images left behind.
  private struct Model {
    let preparation: ImagePreparation
    let axes: PrincipalAxes
  }

  public let settings: PCASettings
  private let image: ImageShape
  private let context: ComputeContext
  private var model: Model?

  public init(image: ImageShape, settings: PCASettings, context: ComputeContext) {
    self.settings = settings
    self.image = image
    self.context = context
  }

  public func fit(on images: ImageSelection) throws(Problem) {
    let preparation = ImagePreparation(fitting: images, settings.preprocessing, context: context)
    let axes = try PrincipalAxes(
      of: preparation.rows(of: images, context: context), varianceShare: settings.variance, context: context)
    model = Model(preparation: preparation, axes: axes)
  }

  public func scores(of images: ImageSelection) -> [String: [Float]] {
    var scores: [Float] = []
    forEachBlock(of: images) { rows, range, reconstruction in
      let pixels = FloatBuffer(count: range.count * rows.dimension)
      rows.write(rows: range, to: pixels.pointer)
      for row in 0..<range.count {
        var sum = 0.0
        for column in row * rows.dimension..<(row + 1) * rows.dimension {
          let difference = Double(pixels.pointer[column]) - reconstruction.pointer[column]
          sum += difference * difference
        }
        scores.append(Float(sum / Double(rows.dimension)))
      }
    }
    return ["squared-error": scores]
  }

  public func reconstruct(_ images: ImageSelection) -> ImageStore {
    var bytes: [UInt8] = []
    forEachBlock(of: images) { rows, range, reconstruction in
      for (place, row) in range.enumerated() {
        for column in place * rows.dimension..<(place + 1) * rows.dimension {
          bytes.append(rows.byte(Float(reconstruction.pointer[column]), row: row))
        }
      }
    }
    return ImageStore(shape: image, bytes: bytes)
  }

  /// Hands over the images' x̂, some images at a time.
  private func forEachBlock(
    of images: ImageSelection,
    _ body: (_ rows: PreparedImages, _ range: Range<Int>, _ reconstruction: DoubleBuffer) -> Void
  ) {
    let model = fitted(model)
    let rows = model.preparation.rows(of: images, context: context)
    let height = model.axes.blockHeight
    for block in 0..<chunkCount(of: height, total: images.count) {
      let range = chunk(block, of: height, total: images.count)
      let coordinates = model.axes.coordinates(of: rows, rows: range, context: context)
      body(rows, range, model.axes.points(at: coordinates, rows: range.count, context: context))
    }
  }

  public var weights: [NamedTensor] { model.map { $0.preparation.tensors + $0.axes.tensors } ?? [] }

  public func load(weights: [NamedTensor]) throws(Problem) {
    let tensors = StoredTensors(weights)
    let loaded = Model(
      preparation: try ImagePreparation(tensors, settings.preprocessing),
      axes: try PrincipalAxes(tensors, dimension: image.count))
    try tensors.requireAllTaken()
    model = loaded
  }
}

extension PCASettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    PCA(image: image, settings: self, context: context)
  }
}
