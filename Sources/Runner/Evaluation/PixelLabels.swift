import Datasets
import Detectors
import Images
import Metrics
import Results

/// The labeled pixels of a test set, against which error maps are evaluated.
struct PixelLabels {
  private let masks: [UInt8]
  private let test: ImageSelection
  private let split: Split
  private let dataset: Dataset

  /// nil if the data set labels no pixels.
  init?(_ dataset: Dataset, test: ImageSelection, split: Split) {
    guard let masks = dataset.masks else { return nil }
    (self.masks, self.test, self.split, self.dataset) = (masks, test, split, dataset)
  }

  /// Evaluates the error maps of a detector's reconstructions.
  ///
  /// - Parameter pooled: the name of the row of all kinds.
  /// - Returns: each anomaly kind with all normal images, then all together; empty if the detector does not reconstruct
  ///   images.
  func records(_ detector: any AnomalyDetector, pooled: String) -> [PixelRecord] {
    guard let detector = detector as? any Reconstructing else { return [] }
    let rebuilt = detector.reconstruct(test)
    let maps = test.indices.indices.map { position in
      ErrorMap(
        image: test.store[test.indices[position]], reconstruction: rebuilt[position], shape: test.store.shape
      ).values
    }
    let kinds = dataset.anomalyClasses.map { kind in
      record(dataset.classNames[kind], maps) { !split.testIsAnomalous[$0] || split.testClasses[$0] == kind }
    }
    return kinds + [record(pooled, maps) { _ in true }]
  }

  private func record(_ row: String, _ maps: [[Float]], where isMeant: (Int) -> Bool) -> PixelRecord {
    let shape = test.store.shape
    let size = shape.height * shape.width
    let positions = maps.indices.filter(isMeant)
    let labels = positions.flatMap { position -> [Bool] in
      let start = test.indices[position] * size
      return masks[start..<start + size].map { $0 != 0 }
    }
    let metrics = PixelMetrics(
      maps: positions.flatMap { maps[$0] }, labels: labels, height: shape.height, width: shape.width)
    return PixelRecord(row: row, auroc: metrics.areaUnderROC, aupro: metrics.areaUnderPRO)
  }
}
