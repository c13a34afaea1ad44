import ArgumentParser
import Datasets
import Diagnostics
import Metrics
import Runner

struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Score images with the trained detector of a run.",
    discussion: """
      Prints one line for each image: path, tab, score; higher is more anomalous. PNG, JPEG, BMP, TIFF and WebP files \
      are read as the run's image folder was (dataset.side, channels, fit and orientation); by default the shorter side \
      is resized and the center cropped. Batch norm uses running statistics, so a score \
      does not depend on the other images. An unreadable file is reported, the others are scored, and the exit status \
      is 65. \
      If the run held normals out of training (protocol.validation_fraction), or --normals names some, each line also \
      has the percentile of the score among them and a verdict, 'normal' or 'anomalous'. The threshold is the order \
      statistic that keeps false alarms at protocol.false_alarm_rate; test images are never used for it.
      """)

  @Argument(
    help: "A run file, such as results/quickstart/runs/0123456789abcdef.h5.",
    completion: .file(extensions: ["h5"]))
  var runFile: String

  @Argument(
    help: "Images, folders of images, or - for a list of these on standard input.", completion: .file())
  var images: [String]

  @Option(name: .long, help: "text, csv, or json (one object for each line).")
  var format = ScoreFormat.text

  @Option(
    name: .long, help: ArgumentHelp("Call images anomalous that score above this.", valueName: "score"))
  var threshold: Float?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Share of normal images that may be called anomalous. (default: the run's)", valueName: "share"))
  var falseAlarmRate: Double?

  @Option(
    name: .long,
    help: "Normal images to calibrate the threshold on: an image or a folder of images that did not train.",
    completion: .file())
  var normals: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write image, reconstruction and error map of each image side by side to a PNG file in this folder.",
      valueName: "folder"), completion: .directory)
  var maps: String?

  @Flag(name: .long, help: "Skip files that are not images, and list them.")
  var skipUnreadable = false

  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    if let falseAlarmRate, !(falseAlarmRate > 0 && falseAlarmRate < 1) {
      throw ValidationError(
        "--false-alarm-rate \(falseAlarmRate): give a share between 0 and 1, such as 0.05")
    }
    if let threshold, !threshold.isFinite {
      throw ValidationError("--threshold \(threshold): give a finite number")
    }
    if threshold != nil, falseAlarmRate != nil {
      throw ValidationError("--threshold and --false-alarm-rate exclude each other")
    }
  }

  func run() throws {
    let files = try ImageFile.paths(for: named())
    compute.warnOfTooManyThreads()
    var trained = try TrainedRun(runFile: runFile, context: compute.context()) {
      try compute.engine(.opencl)
    }
    if let difference = trained.difference { Terminal.writeError("ganomaly: note: \(difference)") }
    var unreadable: [String] = []
    if !normals.isEmpty {
      unreadable = try trained.calibrate(
        onFiles: ImageFile.paths(for: normals), skippingUnreadable: skipUnreadable)
    }
    var maps = try maps.map { try ErrorMapFolder($0, of: trained) }
    try maps?.requireOutside(files)
    let verdict = try verdict(of: trained)
    if let note = verdict.note { Terminal.writeError("ganomaly: note: \(note)") }
    var lines = ScoreLines(format: format, verdict: verdict)
    for start in stride(from: 0, to: files.count, by: TrainedRun.filesAtOnce) {
      let part = Array(files[start..<min(files.count, start + TrainedRun.filesAtOnce)])
      for (file, scored) in zip(part, trained.score(files: part, rebuilding: maps != nil)) {
        switch scored {
        case .scored(let image):
          try lines.add(file, image.score)
          try maps?.write(image, of: file)
        case .unreadable(let problem):
          unreadable.append(file)
          if !skipUnreadable { Terminal.writeError("ganomaly: \(problem)") }
        }
      }
      try lines.flush()
    }
    guard !unreadable.isEmpty else { return }
    if skipUnreadable { return SkippedText.write(unreadable) }
    throw Problem(
      .badData,
      "\(unreadable.count) of \(files.count) \(files.count == 1 ? "file has" : "files have") no score",
      hint: "replace or remove \(unreadable.count == 1 ? "it" : "them"), or skip "
        + "\(unreadable.count == 1 ? "it" : "them") with --skip-unreadable")
  }

  /// The named images and folders, with `-` replaced by those on standard input.
  private func named() -> [String] {
    images.flatMap { image in
      guard image == "-" else { return [image] }
      var lines: [String] = []
      while let line = readLine() { if !line.isEmpty { lines.append(line) } }
      return lines
    }
  }

  /// The threshold and the normals that scores are compared with.
  private func verdict(of trained: TrainedRun) throws(Problem) -> ScoreVerdict {
    let sorted = trained.normalScores
    if let threshold { return ScoreVerdict(threshold: threshold, normalScores: sorted, calibration: nil) }
    let rate = falseAlarmRate ?? trained.run.evaluation.falseAlarmRate
    let isAsked = falseAlarmRate != nil || !normals.isEmpty
    guard !sorted.isEmpty else {
      guard isAsked else { return ScoreVerdict(threshold: nil, normalScores: [], calibration: nil) }
      throw Problem(
        .usage, at: runFile, "the run held no normals out of training, so there is nothing to calibrate on",
        hint: "name normal images with --normals, or train with protocol.validation_fraction")
    }
    if let calibration = FalseAlarmThreshold(sorted: sorted, rate: rate) {
      return ScoreVerdict(threshold: calibration.value, normalScores: sorted, calibration: calibration)
    }
    let problem = Problem(
      .usage, at: runFile,
      "a false-alarm rate of \(rate) needs at least \(FalseAlarmThreshold.fewestNormals(rate: rate)) normals to "
        + "calibrate on, but there \(sorted.count == 1 ? "is 1" : "are \(sorted.count)")",
      hint: "name more with --normals, or give another --false-alarm-rate or a --threshold")
    guard !isAsked else { throw problem }
    Terminal.writeError("ganomaly: note: no verdict: \(problem)")
    return ScoreVerdict(threshold: nil, normalScores: sorted, calibration: nil)
  }
}
