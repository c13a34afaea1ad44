/// How well maps of single pixels find labeled regions: the measures of anomaly localization.
public struct PixelMetrics: Sendable, Equatable {
  /// The area under the ROC curve over all pixels of all images; NaN without anomalous or without normal pixels.
  public let areaUnderROC: Double
  /// The area under the per-region overlap curve (Bergmann et al. 2020), from a false-positive rate of 0 to
  /// `falsePositiveLimit`, as a share of that range: the share of each connected region that is found, averaged over all
  /// regions, so that a small one counts as much as a large one. NaN without regions or without normal pixels.
  public let areaUnderPRO: Double

  /// Rates of false positives beyond this are not integrated, as in the literature.
  public static let falsePositiveLimit = 0.3

  /// - Parameters:
  ///   - maps: `images × height × width` finite numbers, higher where more anomalous.
  ///   - labels: whether each of these pixels is anomalous.
  ///   - limit: the false-positive rate at which the overlap curve ends, above 0 and at most 1.
  public init(
    maps: [Float], labels: [Bool], height: Int, width: Int, limit: Double = falsePositiveLimit
  ) {
    let size = height * width
    precondition(
      size > 0 && maps.count == labels.count && maps.count % size == 0, "maps of \(height)×\(width)")
    precondition(limit > 0 && limit <= 1, "a limit of \(limit)")
    let regions = ConnectedRegions(labels, height: height, width: width)
    let normals = labels.count { !$0 }
    let anomalies = labels.count - normals
    guard normals > 0, anomalies > 0 else {
      (areaUnderROC, areaUnderPRO) = (.nan, .nan)
      return
    }
    // What a pixel adds to the mean overlap of all regions.
    let shares = regions.sizes.map { 1 / (Double($0) * Double(regions.sizes.count)) }
    var (roc, pro) = (StepCurve(limit: 1), StepCurve(limit: limit))
    var (falsePositives, truePositives, overlap) = (0, 0, 0.0)
    let order = maps.indices.sorted { maps[$0] > maps[$1] }
    var position = 0
    while position < order.count {
      // Equal numbers pass a threshold together.
      let value = maps[order[position]]
      while position < order.count, maps[order[position]] == value {
        if let region = regions.ofPixel[order[position]] {
          truePositives += 1
          overlap += shares[region]
        } else {
          falsePositives += 1
        }
        position += 1
      }
      let rate = Double(falsePositives) / Double(normals)
      roc.add(rate, Double(truePositives) / Double(anomalies))
      pro.add(rate, overlap)
    }
    (areaUnderROC, areaUnderPRO) = (roc.area, pro.area / limit)
  }
}

/// The area below straight lines from point to point, up to a limit, beginning at the origin.
private struct StepCurve {
  let limit: Double
  private(set) var area = 0.0
  private var last = (x: 0.0, y: 0.0)

  init(limit: Double) { self.limit = limit }

  /// - Parameter x: not below the last one.
  mutating func add(_ x: Double, _ y: Double) {
    let end = min(x, limit)
    if end > last.x {
      let height = last.y + (y - last.y) * (end - last.x) / (x - last.x)
      area += (end - last.x) * (last.y + height) / 2
    }
    last = (x, y)
  }
}

/// The connected regions of labeled pixels, image by image; pixels are neighbors also across a corner.
struct ConnectedRegions {
  /// The region of each pixel; nil for normal ones.
  private(set) var ofPixel: [Int?]
  /// Pixels of each region.
  private(set) var sizes: [Int] = []

  /// - Parameter labels: `images × height × width`.
  init(_ labels: [Bool], height: Int, width: Int) {
    ofPixel = Array(repeating: nil, count: labels.count)
    let size = height * width
    var pending: [Int] = []
    for pixel in labels.indices where labels[pixel] && ofPixel[pixel] == nil {
      let region = sizes.count
      sizes.append(0)
      ofPixel[pixel] = region
      pending.append(pixel)
      while let next = pending.popLast() {
        sizes[region] += 1
        let (image, row, column) = (next / size, next % size / width, next % width)
        for y in max(0, row - 1)...min(height - 1, row + 1) {
          for x in max(0, column - 1)...min(width - 1, column + 1) {
            let neighbor = image * size + y * width + x
            guard labels[neighbor], ofPixel[neighbor] == nil else { continue }
            ofPixel[neighbor] = region
            pending.append(neighbor)
          }
        }
      }
    }
  }
}
