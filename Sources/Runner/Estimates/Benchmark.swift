import Detectors
import Foundation
import Images
import Kernels
import Settings

/// Median and range of repeated measurements.
public struct Spread: Sendable, Encodable {
  /// The middle value; of an even number, the upper of the two.
  public let median: Double
  /// The smallest value.
  public let low: Double
  /// The largest value.
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
  /// What is measured: GANomaly's size, the images and the compute options.
  public struct Configuration: Sendable, Encodable {
    /// Image height and width in pixels.
    public var side: Int
    /// Image channels.
    public var channels: Int
    /// Channels after the first convolution.
    public var width: Int
    /// Size of the latent vector.
    public var latent: Int
    /// Images per batch.
    public var batch: Int
    /// Compute threads.
    public var threads: Int
    /// The convolution kernels, by name.
    public var kernels: String
    /// The engine, by name.
    public var engine: String

    /// - Parameter side: the image height and width in pixels.
    public init(
      side: Int, channels: Int, width: Int, latent: Int, batch: Int, threads: Int, kernels: KernelSet,
      engine: ComputeEngine = .cpu
    ) {
      self.side = side
      self.channels = channels
      self.width = width
      self.latent = latent
      self.batch = batch
      self.threads = threads
      self.kernels = kernels.rawValue
      self.engine = engine.rawValue
    }
  }

  /// Images per second in batches.
  public struct Throughput: Sendable, Encodable {
    /// Images per batch.
    public let batch: Int
    /// Images trained or scored per second.
    public let imagesPerSecond: Spread
    /// Convolution throughput in GFLOP/s at the median, counting the operations performed.
    public let gflops: Double
    /// The same, counting the operations of a convolution by its definition.
    public let gflopsByDefinition: Double

    init(batch: Int, seconds: [Double], work: ConvolutionWork) {
      self.batch = batch
      imagesPerSecond = Spread(seconds.map { Double(batch) / $0 })
      gflops = imagesPerSecond.median * 2e-9 * Double(work.performed)
      gflopsByDefinition = imagesPerSecond.median * 2e-9 * Double(work.byDefinition)
    }
  }

  /// The time to score one image.
  public struct Latency: Sendable, Encodable {
    /// Milliseconds per image.
    public let milliseconds: Spread
  }

  /// The device of an engine other than the processor.
  public struct Device: Sendable, Encodable {
    /// The device's name.
    public let name: String
    /// The version of its driver.
    public let driver: String
    /// Copy bandwidth in GB/s; see `DeviceSpeed`.
    public let copyGigabytes: Double
    /// Microseconds per kernel launch; see `DeviceSpeed`.
    public let launchMicroseconds: Double
    /// Kernel launches per training step.
    public let launchesPerStep: Double
  }

  /// One kind of work in a training step.
  public struct Part: Sendable, Encodable {
    /// The kind of work, or a device kernel's name.
    public let name: String
    /// Milliseconds per training step.
    public let milliseconds: Double
    /// Launches per training step; nil on the processor.
    public var launches: Double?
  }

  /// What was measured.
  public let configuration: Configuration
  /// The instruction set of the innermost loops.
  public let instructionSet: String
  /// Current rate of fused multiply-adds without memory access, on the processor or device, in GFLOP/s.
  public let peakGflops: Double
  /// Current rate of OpenBLAS multiplying 512×512 matrices, in GFLOP/s; nil on a device.
  public let sgemmGflops: Double?
  /// The device; nil on the processor.
  public let device: Device?
  /// Training throughput.
  public let training: Throughput
  /// The time of a training step by kind of work.
  public let parts: [Part]
  /// Scoring throughput.
  public let scoring: Throughput
  /// Latency of scoring a single image.
  public let latency: Latency
  /// The process's peak memory, in MiB.
  public let memoryMib: Double

  /// Measures each quantity for about `seconds`.
  ///
  /// - Parameters:
  ///   - engine: computes the networks; nil for the processor.
  ///   - profiled: a second engine on the same device, which times each launch and is slower for it.
  /// - Precondition: the side is valid for GANomaly.
  public init(
    _ configuration: Configuration, seconds: Double, context: ComputeContext, engine: (any Engine)? = nil,
    profiled: (any ProfiledEngine)? = nil
  ) throws {
    self.configuration = configuration
    var settings = GANomalySettings()
    settings.width = configuration.width
    settings.latentSize = configuration.latent
    settings.batchSize = configuration.batch
    let shape = ImageShape(
      channels: configuration.channels, height: configuration.side, width: configuration.side)
    let images = Self.noise(shape, count: configuration.batch)
    let stepsAhead = engine?.stepsAhead ?? 1
    let detector = DetectorSettings(settings).makeDetector(
      image: shape, seed: 0, context: context, engine: engine)
    let work = GANomalyWork(image: shape, settings: settings, kernels: context.kernels)
    instructionSet = ComputeEnvironment.instructionSet
    let speed = profiled?.measureSpeed()
    peakGflops = speed?.gflops ?? MachineSpeed.fusedMultiplyAddPeak(context: context)
    sgemmGflops = speed == nil ? MachineSpeed.matrixProductRate(context: context) : nil

    var epoch = 0
    func train(on images: ImageSelection) throws {
      epoch += 1
      try Self.train(detector, epoch: epoch, on: images)
    }
    try train(on: images)
    let secondsPerStep = try ContinuousClock().measure { try train(on: images) } / .seconds(1)
    // As many steps in an epoch as suit the device, unless they take too long.
    let steps = min(stepsAhead, max(1, Int(seconds / 4 / secondsPerStep)))
    let epochImages = steps == 1 ? images : Self.noise(shape, count: steps * configuration.batch)
    context.times = WorkTimes()
    let training = try Self.repeated(for: seconds) { try train(on: epochImages) }.map { $0 / Double(steps) }
    if let profiled, let speed {
      let copy = DetectorSettings(settings).makeDetector(
        image: shape, seed: 0, context: context, engine: profiled)
      let works = try Self.profile(copy, on: images, profiled)
      parts = works.map {
        Part(name: $0.kernel, milliseconds: $0.seconds * 1000, launches: $0.launches)
      }
      let facts = Dictionary(profiled.facts.map { ($0.name, $0.value) }) { first, _ in first }
      device = Device(
        name: facts["opencl_device"] ?? "", driver: facts["opencl_driver"] ?? "",
        copyGigabytes: speed.copyGigabytes, launchMicroseconds: speed.launchMicroseconds,
        launchesPerStep: works.reduce(0) { $0 + $1.launches })
    } else {
      // The untimed warm-up call counts too.
      parts = Self.parts(context.times, steps: training.count + 1, seconds: training)
      device = nil
    }
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

  /// A device's launches and seconds per step by kernel, longest first.
  ///
  /// - Parameter images: of one step.
  private static func profile(
    _ detector: any AnomalyDetector, on images: ImageSelection, _ engine: any ProfiledEngine
  ) throws -> [(kernel: String, launches: Double, seconds: Double)] {
    try train(detector, epoch: 1, on: images)
    _ = engine.takeProfile()
    let steps = 3
    for epoch in 2..<2 + steps { try train(detector, epoch: epoch, on: images) }
    return engine.takeProfile().map {
      ($0.kernel, Double($0.launches) / Double(steps), $0.seconds / Double(steps))
    }
  }

  /// Trains one epoch.
  private static func train(
    _ detector: any AnomalyDetector, epoch: Int, on images: ImageSelection
  ) throws {
    try detector.begin(epoch: epoch, on: images)
    while case .step = try detector.advance() {}
  }

  /// Milliseconds per step on the processor, by kind of work.
  private static func parts(_ times: WorkTimes, steps: Int, seconds: [Double]) -> [Part] {
    let parts = WorkKind.allCases.map {
      Part(name: $0.rawValue, milliseconds: times[$0] * 1000 / Double(steps))
    }
    let total = seconds.reduce(0, +) * 1000 / Double(seconds.count)
    return parts + [Part(name: "rest", milliseconds: total - parts.reduce(0) { $0 + $1.milliseconds })]
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

  /// Seconds of each call, after an untimed warm-up call.
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
