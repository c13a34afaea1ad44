import Foundation
import Images
import Results
import Settings

/// Event files for TensorBoard: one folder per run, with a file that grows during training.
public final class TensorBoardLog {
  private let folder: String
  private let now: () -> Date
  /// The current run's file.
  private var file: EventFile?

  /// - Parameters:
  ///   - folder: the folder given to `tensorboard --logdir`.
  ///   - now: the clock.
  public init(folder: String, now: @escaping () -> Date = { .now }) {
    self.folder = folder
    self.now = now
  }

  /// A run's folder name: its title in characters that any file system accepts, and its id.
  public static func name(of run: IdentifiedRun) -> String {
    let letters = run.title.unicodeScalars.map { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "=.".unicodeScalars.contains(scalar)
        ? Character(scalar) : " "
    }
    return String(letters).split(separator: " ").joined(separator: "_") + "_" + run.identifier
  }

  /// Begins a run's file.
  ///
  /// - Throws: `Problem` when it cannot be created.
  public func begin(_ run: IdentifiedRun) throws {
    let file = try EventFile(folder: "\(folder)/\(Self.name(of: run))", time: now())
    self.file = file
    var event = event()
    event.add(start: now().timeIntervalSince1970, hyperparameters: Self.hyperparameters(of: run))
    try file.append(event)
  }

  /// Adds an epoch of the current run.
  ///
  /// - Throws: `Problem` if it cannot be written.
  public func add(_ epoch: EpochDetails) throws {
    guard let file else { return }
    var event = event(step: epoch.epoch)
    for loss in epoch.losses { event.add(scalar: loss.value, tag: "loss/\(loss.name)") }
    if let loss = epoch.validationLoss { event.add(scalar: loss, tag: "loss/validation") }
    for evaluation in epoch.evaluations {
      for measure in Measures.all {
        event.add(
          scalar: evaluation.measures[keyPath: measure.path], tag: "\(measure.name)/\(evaluation.name)")
      }
    }
    event.add(histogramOf: epoch.normalScores, tag: "scores/normal")
    event.add(histogramOf: epoch.anomalousScores, tag: "scores/anomalous")
    if !epoch.inputs.isEmpty {
      let shape = ImageShape(
        channels: epoch.imageShape[0], height: epoch.imageShape[1], width: epoch.imageShape[2])
      let images = ImageStore(shape: shape, bytes: epoch.inputs + epoch.reconstructions)
      // Inputs above their reconstructions.
      event.add(images: images, columns: images.count / 2, tag: "reconstructions")
    }
    try file.append(event)
  }

  /// Ends the current run's file.
  ///
  /// - Parameter rows: the run's results; nil for a failed run.
  /// - Throws: `Problem` if it cannot be written.
  public func end(rows: [RowRecord]?) throws {
    guard let file else { return }
    var event = event()
    for row in rows ?? [] {
      for measure in Measures.all {
        event.add(scalar: row.measures[keyPath: measure.path], tag: "result/\(measure.name)/\(row.heldOut)")
      }
    }
    event.add(end: now().timeIntervalSince1970, isSuccess: rows != nil)
    try file.append(event)
    self.file = nil
  }

  private func event(step: Int = 0) -> TensorBoardEvent {
    TensorBoardEvent(time: now().timeIntervalSince1970, step: step)
  }

  /// The settings that determine the run's numbers, apart from the data.
  private static func hyperparameters(
    of identified: IdentifiedRun
  ) -> [(name: String, value: TensorBoardEvent.Hyperparameter)] {
    let run = identified.run
    var all: [(name: String, value: TensorBoardEvent.Hyperparameter)] = [
      ("detector", .text(run.detector.name)), ("held_out", .text(run.heldOut)),
      ("seed", .number(Double(run.seed))),
    ]
    func add(_ section: String, _ record: some SettingsRecord) {
      for (key, value) in record.resolved {
        all.append(("\(section).\(key)", TensorBoardEvent.Hyperparameter(value)))
      }
    }
    add("detector", run.detector.record)
    add("protocol", run.evaluation)
    add("dataset", run.dataset)
    return all
  }
}

extension TensorBoardEvent.Hyperparameter {
  init(_ value: SettingValue) {
    switch value {
    case .integer(let integer): self = .number(Double(integer))
    case .number(let number): self = .number(number)
    case .flag(let flag): self = .flag(flag)
    case .text, .list: self = .text(value.words)
    }
  }
}
