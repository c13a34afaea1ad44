import Testing

@testable import Metrics

@Suite("Metrics of single pixels")
struct PixelMetricsTests {
  private static let (images, height, width) = (3, 6, 7)

  /// Numbers that a line of NumPy repeats; the last image is normal.
  private static let labels = (0..<images * height * width).map {
    $0 < 2 * height * width && ($0 * $0 * 5 + $0 * 3) % 11 < 3
  }
  private static let maps = labels.indices.map { pixel in
    let region = labels[pixel] ? Double(pixel * 13 % 29) / 40 : 0
    return Float(Double((pixel * 37 + 11) % 64) / 64 + region)
  }

  /// scikit-learn's `roc_auc_score`, and NumPy's trapezoids over the regions of `scipy.ndimage.label` with corners.
  @Test(
    "are those of scikit-learn, NumPy and SciPy, with and without ties",
    arguments: [
      (false, 0.7307291666666668, [0.05: 0.41625, 0.3: 0.51015625, 1.0: 0.7213541666666666]),
      (
        true, 0.7215277777777779,
        [0.05: 0.39576923076923076, 0.3: 0.49917723429951694, 1.0: 0.7153645833333333]
      ),
    ])
  func reference(hasTies: Bool, roc: Double, pro: [Double: Double]) {
    let maps = hasTies ? Self.maps.map { ($0 * 4).rounded(.down) / 4 } : Self.maps
    for (limit, expected) in pro {
      let metrics = PixelMetrics(
        maps: maps, labels: Self.labels, height: Self.height, width: Self.width, limit: limit)
      #expect(abs(metrics.areaUnderROC - roc) < 1e-12)
      #expect(abs(metrics.areaUnderPRO - expected) < 1e-12, "up to \(limit): \(metrics.areaUnderPRO)")
    }
  }

  @Test("find regions across corners, and never across the edge of an image")
  func regions() {
    let rows = ["#..", ".#.", "..#", "#..", ".##", "..#"]
    let labels = rows.flatMap { $0.map { $0 == "#" } }
    // Two images of three rows.
    let regions = ConnectedRegions(labels, height: 3, width: 3)
    #expect(regions.sizes == [3, 4])
    #expect(regions.ofPixel[0] == 0 && regions.ofPixel[8] == 0 && regions.ofPixel[9] == 1)
    #expect(ConnectedRegions(labels, height: 2, width: 3).sizes == [2, 1, 1, 3])
  }

  @Test("are perfect for a perfect map, and NaN without anomalous or without normal pixels")
  func ends() {
    let perfect = PixelMetrics(
      maps: Self.labels.map { $0 ? 1 : 0 }, labels: Self.labels, height: Self.height, width: Self.width)
    #expect(perfect.areaUnderROC == 1 && abs(perfect.areaUnderPRO - 1) < 1e-12)
    for label in [true, false] {
      let metrics = PixelMetrics(
        maps: [0, 1, 2, 3], labels: Array(repeating: label, count: 4), height: 2, width: 2)
      #expect(metrics.areaUnderROC.isNaN && metrics.areaUnderPRO.isNaN)
    }
  }
}
