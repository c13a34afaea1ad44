import Detectors
import Foundation
import Images
import Kernels
import Settings

/// Median and range of repeated measurements.
public struct Spread: Sendable, Encodable {
  public let median: Double
  public let low: Double
  public let high: Double

  init(_ values: [Double]) {
    let sorted = values.sorted()
    median = sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    low = sorted.first ?? .nan
    high = sorted.last ?? .nan
  }
}

/// How fast GANomaly trains and scores on synthetic images of a given shape.
public struct Benchmark: Sendable, Encodable {
  public struct Configuration: Sendable, Encodable {
    public var side: Int
    public var channels: Int
    public var width: Int
    public var latent: Int
    public var batch: Int
    public var threads: Int
    public var kernels: String

    public init(
      side: Int, channels: Int, width: Int, latent: Int, batch: Int, threads: Int, kernels: KernelSet
    ) {
      self.side = side
      self.channels = channels
      self.width = width
      self.latent = latent
      self.batch = batch
      self.threads = threads
      self.kernels = kernels.rawValue
    }
  }

  public struct Throughput: Sendable, Encodable {
    public let batch: Int
    public let imagesPerSecond: Spread
    /// Convolutions' operations a second, in 10⁹, at the median: those performed, and those that the definition
    /// of a convolution would have taken.
    public let gflops: Double
    public let gflopsByDefinition: Double

    init(batch: Int, seconds: [Double], work: ConvolutionWork) {
      self.batch = batch
      imagesPerSecond = Spread(seconds.map { Double(batch) / $0 })
      gflops = imagesPerSecond.median * 2e-9 * Double(work.performed)
      gflopsByDefinition = imagesPerSecond.median * 2e-9 * Double(work.byDefinition)
    }
  }

  public struct Latency: Sendable, Encodable {
    public let milliseconds: Spread
  }

  public struct Part: Sendable, Encodable {
    public let name: String
    public let milliseconds: Double
  }

  public let configuration: Configuration
  /// The instruction set of the innermost loops.
  public let instructionSet: String
  /// Fused multiply-adds without memory, at the moment, in GFLOP/s.
  public let peakGflops: Double
  /// OpenBLAS's product of 512×512 matrices, at the moment, in GFLOP/s.
  public let sgemmGflops: Double
  public let training: Throughput
  /// Milliseconds of a training step by kind of work.
  public let parts: [Part]
  public let scoring: Throughput
  public let latency: Latency
  /// Most memory that the process has had, in MiB.
  public let memoryMib: Double

  /// Measures for about `seconds` each.
  ///
  /// - Precondition: a legal side.
  public init(_ configuration: Configuration, seconds: Double, context: ComputeContext) throws {
    self.configuration = configuration
    var settings = GANomalySettings()
    settings.width = configuration.width
    settings.latentSize = configuration.latent
    settings.batchSize = configuration.batch
    let shape = ImageShape(
      channels: configuration.channels, height: configuration.side, width: configuration.side)
    let images = Self.noise(shape, count: configuration.batch)
    let detector = DetectorSettings(settings).makeDetector(image: shape, seed: 0, context: context)
    let work = GANomalyWork(image: shape, settings: settings, kernels: context.kernels)
    instructionSet = ComputeEnvironment.instructionSet
    peakGflops = MachineSpeed.fusedMultiplyAddPeak(context: context)
    sgemmGflops = MachineSpeed.matrixProductRate(context: context)

    var epoch = 0
    func step() throws {
      epoch += 1
      try detector.begin(epoch: epoch, on: images)
      while case .step = try detector.advance() {}
    }
    for _ in 0..<2 { try step() }
    context.times = WorkTimes()
    let training = try Self.repeated(for: seconds, step)
    // Every call counts, also the one that is not timed.
    let count = Double(training.count + 1)
    var parts = WorkKind.allCases.map {
      Part(name: $0.rawValue, milliseconds: context.times[$0] * 1000 / count)
    }
    let total = training.reduce(0, +) * 1000 / Double(training.count)
    parts.append(Part(name: "rest", milliseconds: total - parts.reduce(0) { $0 + $1.milliseconds }))
    self.parts = parts
    self.training = Throughput(
      batch: configuration.batch, seconds: training, work: work.training)

    let evaluator = detector.evaluator(batchSize: configuration.batch)
    let scoring = Self.repeated(for: seconds) { Self.score(images, evaluator) }
    self.scoring = Throughput(batch: configuration.batch, seconds: scoring, work: work.scoring)
    let single = Self.noise(shape, count: 1)
    let singleEvaluator = detector.evaluator(batchSize: 1)
    latency = Latency(
      milliseconds: Spread(
        Self.repeated(for: seconds) { Self.score(single, singleEvaluator) }.map { $0 * 1000 }))
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    memoryMib = Double(usage.ru_maxrss) / 1024
  }

  private static func noise(_ shape: ImageShape, count: Int) -> ImageSelection {
    let bytes = (0..<count * shape.count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    return ImageSelection(
      ImageStore(shape: shape, bytes: bytes), indices: Array(0..<count), scale: .symmetric)
  }

  private static func score(_ images: ImageSelection, _ evaluator: any Evaluator) {
    let scoring = Scoring(of: images, batchNorm: .running, by: evaluator)
    while !scoring.isFinished { scoring.advance() }
  }

  /// Seconds of each call, after one that does not count.
  private static func repeated(for seconds: Double, _ body: () throws -> Void) rethrows -> [Double] {
    try body()
    var durations: [Double] = []
    let start = ContinuousClock.now
    while durations.count < 3 || (ContinuousClock.now - start) / .seconds(1) < seconds {
      durations.append(try ContinuousClock().measure(body) / .seconds(1))
    }
    return durations
  }
}
