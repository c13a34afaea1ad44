import Detectors
import Diagnostics
import Exchange

/// A detector's weights under the names that they have in a safetensors file: the original code's where it has any for
/// this detector, else ours.
struct ForeignWeights {
  private let detector: any AnomalyDetector
  /// Of each of the detector's tensors, by ours.
  let names: [String: String]
  /// Counters that the original keeps and scoring does not need.
  private let counters: [(name: String, perStep: Int)]
  /// Tensors whose names begin so belong to the scoring; no detector learns them.
  static let scoringPrefix = "scoring/"

  init(_ detector: any AnomalyDetector) {
    self.detector = detector
    let original = detector as? any OriginallyNamed
    names = original?.originalNames ?? [:]
    counters = original?.originalCounters ?? []
  }

  private func name(_ tensor: NamedTensor) -> String { names[tensor.name] ?? tensor.name }

  /// - Parameter steps: that training has taken; 0 where nobody knows.
  func tensors(steps: Int) -> [Safetensors.Tensor] {
    let weights = detector.weights.map {
      Safetensors.Tensor(name($0), shape: $0.shape, .floats($0.values))
    }
    return weights
      + counters.map { Safetensors.Tensor($0.name, shape: [], .integers([Int64($0.perStep * steps)])) }
  }

  /// Puts the tensors of a file into the detector.
  ///
  /// - Parameter path: the file, which messages name.
  /// - Throws: `Problem` when a tensor is missing, unknown, of another shape or not finite; then nothing is changed.
  func load(_ file: Safetensors, from path: String) throws(Problem) {
    var given: [String: Safetensors.Tensor] = [:]
    for tensor in file.tensors where !tensor.name.hasPrefix(Self.scoringPrefix) {
      given[tensor.name] = tensor
    }
    for counter in counters { given[counter.name] = nil }
    var loaded: [NamedTensor] = []
    for wanted in detector.weights {
      let name = name(wanted)
      guard let tensor = given.removeValue(forKey: name) else {
        throw Problem(.badData, at: "\(path):\(name)", "this tensor is missing", hint: hint(file))
      }
      guard tensor.shape == wanted.shape else {
        throw Problem(
          .badData, at: "\(path):\(name)", "its shape is \(tensor.shape), but \(wanted.shape) is wanted",
          hint: "the weights belong to other hyperparameters: give these with --set, such as detector.width=…"
        )
      }
      guard case .floats(let values) = tensor.values else {
        throw Problem(.badData, at: "\(path):\(name)", "integers, where weights are wanted as float32 (F32)")
      }
      guard values.allSatisfy(\.isFinite) else {
        throw Problem(
          .badData, at: "\(path):\(name)", "it holds a number that is not finite",
          hint: "its training has diverged")
      }
      loaded.append(NamedTensor(name: wanted.name, shape: wanted.shape, values: values))
    }
    if let unknown = given.keys.min() {
      throw Problem(
        .badData, at: "\(path):\(unknown)", "this detector has no such tensor", hint: hint(file))
    }
    try detector.load(weights: loaded)
  }

  /// What a file with other tensors may be.
  private func hint(_ file: Safetensors) -> String {
    let other = file.metadata["detector"].map { "the file is of a detector '\($0)'; " } ?? ""
    return names.isEmpty
      ? "\(other)tensors must have the names that `ganomaly export` gives them"
      : "\(other)tensors must have the original's names, as netg.… and netd.…; image side, channels, latent size, "
        + "width and extra layers decide them"
  }
}
