import Detectors
import Diagnostics
import Results

extension NamedTensor {
  /// A stored tensor, for a detector.
  init(_ record: WeightRecord) { self.init(name: record.name, shape: record.shape, values: record.values) }
}

extension WeightRecord {
  /// A detector's tensor, to be stored.
  init(_ tensor: NamedTensor) { self.init(name: tensor.name, shape: tensor.shape, values: tensor.values) }
}

extension AnomalyDetector {
  /// Loads stored weights.
  ///
  /// - Parameter path: their file, for messages.
  /// - Throws: `Problem` if they do not fit the detector's settings; then nothing is changed.
  func load(_ weights: [WeightRecord], from path: String) throws(Problem) {
    do {
      try load(weights: weights.map { NamedTensor($0) })
    } catch {
      let place = error.place.isEmpty ? "" : "/\(error.place)"
      throw Problem(error.kind, at: "\(path):/weights\(place)", error.cause, hint: error.hint)
    }
  }
}
