import Diagnostics
import Images
import Kernels
import Settings

/// Maps images to the space in which a detector measures distances: prepared pixels, or their principal components.
struct FeatureMap {
  let preparation: ImagePreparation
  /// nil to use the pixels themselves.
  let axes: PrincipalAxes?

  /// - Parameter principalShare: the share of the variance that the components must explain; 0 to use the pixels.
  /// - Throws: `Problem` when components are wanted but the images have none.
  init(
    fitting images: ImageSelection, _ preprocessing: Preprocessing, principalShare: Double = 0,
    context: ComputeContext
  ) throws(Problem) {
    preparation = ImagePreparation(fitting: images, preprocessing, context: context)
    guard principalShare > 0 else {
      axes = nil
      return
    }
    axes = try PrincipalAxes(
      of: preparation.rows(of: images, context: context), varianceShare: principalShare, context: context)
  }

  func rows(of images: ImageSelection, context: ComputeContext) -> any RowSource {
    let pixels = preparation.rows(of: images, context: context)
    guard let axes else { return pixels }
    return axes.project(pixels, context: context)
  }

  /// The most bytes that finding the components takes; 0 without components.
  static func fittingBytes(images: Int, principalShare: Double, dimension: Int) -> Int {
    principalShare > 0 ? PrincipalAxes.fittingBytes(rows: images, dimension: dimension) : 0
  }

  // MARK: - Storage

  /// - Parameter tensors: the stored `tensors`.
  /// - Throws: `Problem` when something is missing or does not fit the settings.
  init(
    _ tensors: StoredTensors, _ preprocessing: Preprocessing, principalShare: Double = 0, dimension: Int
  ) throws(Problem) {
    preparation = try ImagePreparation(tensors, preprocessing)
    guard principalShare > 0 else {
      axes = nil
      return
    }
    axes = try PrincipalAxes(tensors, dimension: dimension)
  }

  var tensors: [NamedTensor] { preparation.tensors + (axes?.tensors ?? []) }
}

extension ImagePreparation {
  init(_ tensors: StoredTensors, _ preprocessing: Preprocessing) throws(Problem) {
    self.preprocessing = preprocessing
    guard preprocessing == .contrast else {
      (lower, upper) = (0, 1)
      return
    }
    let range = try tensors.values("contrast.range", shape: [2])
    guard range[0] < range[1] else {
      throw Problem(.badData, at: "contrast.range", "\(range[0]) to \(range[1]) is not a valid range")
    }
    (lower, upper) = (range[0], range[1])
  }

  var tensors: [NamedTensor] {
    preprocessing == .none
      ? [] : [NamedTensor(name: "contrast.range", shape: [2], values: [lower, upper])]
  }
}

extension PrincipalAxes {
  init(_ tensors: StoredTensors, dimension: Int) throws(Problem) {
    let variances = try tensors.values("components.variance")
    self.init(
      means: try tensors.values("components.mean", shape: [dimension]),
      axes: try tensors.values("components.axes", shape: [variances.count, dimension]), variances: variances)
  }

  /// The most bytes that a fit takes: the matrix of products, its eigenvectors and the axes.
  static func fittingBytes(rows: Int, dimension: Int) -> Int {
    let size = min(rows, dimension)
    return size * (2 * size + dimension) * MemoryLayout<Double>.stride
  }

  /// Splits rows into blocks that can be projected without much memory.
  func blocks(of rows: Int) -> some Sequence<Range<Int>> {
    (0..<chunkCount(of: blockHeight, total: rows)).lazy.map { chunk($0, of: blockHeight, total: rows) }
  }

  var tensors: [NamedTensor] {
    [
      NamedTensor(name: "components.mean", shape: [dimension], values: means),
      NamedTensor(name: "components.axes", shape: [count, dimension], values: axes),
      NamedTensor(name: "components.variance", shape: [count], values: variances.map { Float($0) }),
    ]
  }
}
