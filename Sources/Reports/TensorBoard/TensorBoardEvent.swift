import Images
import ProtocolBuffers

/// An event as TensorBoard reads it; field numbers are those of `event.proto`, `summary.proto` and, for
/// hyperparameters, the plugin's `plugin_data.proto`.
struct TensorBoardEvent {
  enum Hyperparameter: Equatable {
    case number(Double)
    case flag(Bool)
    case text(String)
  }

  private var message = ProtocolBuffer()
  private var summary = ProtocolBuffer()
  private var hasSummary = false

  /// - Parameter time: in seconds since 1970.
  init(time: Double, step: Int = 0) {
    message.add(1, double: time)
    if step != 0 { message.add(2, integer: step) }
  }

  /// The first event of an event file.
  static func fileVersion(time: Double) -> TensorBoardEvent {
    var event = TensorBoardEvent(time: time)
    event.message.add(3, string: "brain.Event:2")
    return event
  }

  var bytes: [UInt8] {
    var message = message
    if hasSummary { message.add(5, summary) }
    return message.bytes
  }

  private mutating func add(_ tag: String, _ fill: (inout ProtocolBuffer) -> Void) {
    var value = ProtocolBuffer()
    value.add(1, string: tag)
    fill(&value)
    summary.add(1, value)
    hasSummary = true
  }

  mutating func add(scalar value: Double, tag: String) { add(tag) { $0.add(2, float: Float(value)) } }

  /// Images side by side.
  mutating func add(images: ImageStore, columns: Int, tag: String) {
    let (height, width) = (images.shape.height, images.shape.width)
    var image = ProtocolBuffer()
    image.add(1, integer: (images.count + columns - 1) / columns * height)
    image.add(2, integer: columns * width)
    // The number of channels.
    image.add(3, integer: images.shape.channels)
    image.add(4, bytes: images.png(columns: columns))
    add(tag) { $0.add(4, image) }
  }

  /// A histogram with bins of equal width; nothing if there are no values.
  ///
  /// - Precondition: all values are finite.
  mutating func add(histogramOf values: [Float], bins: Int = 40, tag: String) {
    guard let low = values.min().map(Double.init), let high = values.max().map(Double.init) else { return }
    let width = max(high - low, abs(low) * 1e-6, 1e-12) / Double(bins)
    var counts = [Double](repeating: 0, count: bins)
    for value in values { counts[min(bins - 1, Int((Double(value) - low) / width))] += 1 }
    var histogram = ProtocolBuffer()
    histogram.add(1, double: low)
    histogram.add(2, double: high)
    histogram.add(3, double: Double(values.count))
    histogram.add(4, double: values.reduce(0) { $0 + Double($1) })
    histogram.add(5, double: values.reduce(0) { $0 + Double($1) * Double($1) })
    // The upper edges of the bins.
    histogram.add(6, doubles: (1...bins).map { low + Double($0) * width })
    histogram.add(7, doubles: counts)
    add(tag) { $0.add(5, histogram) }
  }

  // MARK: - Hyperparameters

  /// The start of a run with these hyperparameters.
  mutating func add(start time: Double, hyperparameters: [(name: String, value: Hyperparameter)]) {
    var session = ProtocolBuffer()
    for (name, value) in hyperparameters {
      // google.protobuf.Value
      var content = ProtocolBuffer()
      switch value {
      case .number(let number): content.add(2, double: number)
      case .text(let text): content.add(3, string: text)
      case .flag(let flag): content.add(4, integer: flag ? 1 : 0)
      }
      var entry = ProtocolBuffer()
      entry.add(1, string: name)
      entry.add(2, content)
      session.add(1, entry)
    }
    session.add(5, double: time)
    addSession("_hparams_/session_start_info", field: 3, session)
  }

  /// The end of a run, successful or not.
  mutating func add(end time: Double, isSuccess: Bool) {
    var session = ProtocolBuffer()
    session.add(1, integer: isSuccess ? 1 : 2)
    session.add(2, double: time)
    addSession("_hparams_/session_end_info", field: 4, session)
  }

  private mutating func addSession(_ tag: String, field: Int, _ session: ProtocolBuffer) {
    var content = ProtocolBuffer()
    content.add(field, session)
    var plugin = ProtocolBuffer()
    plugin.add(1, string: "hparams")
    plugin.add(2, content)
    var metadata = ProtocolBuffer()
    metadata.add(1, plugin)
    add(tag) { $0.add(9, metadata) }
  }
}
