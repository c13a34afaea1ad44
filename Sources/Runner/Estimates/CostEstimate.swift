import Datasets
import Detectors
import Foundation
import Images
import Kernels
import Results
import Settings
import Specs

/// The cost of a plan's missing runs, estimated from a few steps of training and scoring on the actual data.
public struct CostEstimate: Sendable {
  /// Runs without a result; a run to be resumed counts in full.
  public let runs: Int
  /// Distinct combinations of network, image and batch that determine the cost.
  public let shapes: Int
  /// The shapes that were timed; the others are assumed to cost their mean.
  public let timedShapes: Int
  /// Concurrent jobs.
  public let jobs: Int
  /// Threads per job.
  public let threads: Int
  /// From now until all runs are done, on this machine.
  public let seconds: Double
  /// Size of the run files and their part of the summary.
  public let resultBytes: Int
  /// Size of the checkpoints while runs are in progress.
  public let checkpointBytes: Int
  /// Peak memory of one job, including this program and the data; nil if the system does not report it.
  public let memoryBytes: Int?

  /// Times each distinct shape under real conditions: this many jobs at once, each with this many threads.
  ///
  /// - Parameters:
  ///   - engine: opens, once per job, the engine of runs that do not compute on the processor.
  ///   - budget: the time to spend; at least one step of one shape is timed, however long it takes.
  public init(
    _ plan: Plan, retryingFailed: Bool, jobs: Int, threads: Int, engine: @escaping EngineFactory,
    budget: Duration = .seconds(10)
  ) throws {
    let wanted = plan.wanted(retryingFailed: retryingFailed).map(\.run.run)
    var sizes = SplitSizes(plan.dataset, spec: plan.experiment.source.path)
    var representatives: [CostShape: Run] = [:]
    var order: [CostShape] = []
    for run in wanted where representatives.updateValue(run, forKey: CostShape(run)) == nil {
      order.append(CostShape(run))
    }
    let end = ContinuousClock.now + budget
    memoryBytes = try Self.memory(of: order.compactMap { representatives[$0] }, plan: plan, until: end)
    var costs: [CostShape: ShapeCost] = [:]
    for (index, shape) in order.enumerated() {
      let left = end - .now
      guard index == 0 || left > .zero, let run = representatives[shape] else { continue }
      costs[shape] = try ShapeCost.measured(
        run, plan: plan, jobs: jobs, threads: threads, engine: engine, for: left / (order.count - index))
    }
    let mean = ShapeCost.mean(of: Array(costs.values))

    var seconds = 0.0
    var bytes = 0
    for run in wanted {
      let (train, test) = try sizes(run)
      let cost = costs[CostShape(run)] ?? mean
      seconds += cost.seconds(run, train: train, test: test)
      bytes += cost.bytes(run, train: train, test: test, image: plan.dataset.images.shape)
    }
    runs = wanted.count
    shapes = order.count
    timedShapes = costs.count
    self.jobs = jobs
    self.threads = threads
    self.seconds = seconds / Double(max(1, min(jobs, wanted.count)))
    resultBytes = bytes
    // Weights and Adam's two moments.
    checkpointBytes = min(jobs, wanted.count) * 3 * mean.weightBytes
  }
}

extension CostEstimate {
  /// The most that any run needs, of as many as time allows; the first is always examined.
  private static func memory(
    of runs: [Run], plan: Plan, until end: ContinuousClock.Instant
  ) throws -> Int? {
    guard let resident = ResidentMemory.bytes else { return nil }
    let context = ComputeContext(threads: 1)
    var most = 0
    for (index, run) in runs.enumerated() where index == 0 || .now < end {
      let split = try run.split(plan.dataset, spec: plan.experiment.source.path)
      let train = ImageSelection(
        plan.dataset.images, indices: split.train, scale: PixelScale(run.evaluation.inputRange))
      let bytes = try RunMemory.bytes(
        of: run, run.evaluations, on: train, testImages: split.test.count, context: context)
      most = max(most, bytes)
    }
    return resident + most
  }
}

/// This process's resident memory.
private enum ResidentMemory {
  /// nil if the system does not report it.
  static var bytes: Int? {
    let words = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return words.flatMap { $0.count > 1 ? Int($0[1]) : nil }.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
  }
}

/// Everything that determines the cost of a training step.
private struct CostShape: Hashable {
  /// The detector and its settings, without those that do not affect the cost.
  private let detector: String

  init(_ run: Run) {
    let record = run.detector.record
    let costless = type(of: record).fieldsWithoutCost
    let fields = record.resolved.filter { !costless.contains($0.key) }
    detector = run.detector.name + fields.map { " \($0.key)=\($0.value)" }.joined()
  }
}

/// The costs of runs of one shape.
private struct ShapeCost {
  var secondsPerStep: Double
  var secondsPerScore: Double
  var weightBytes: Int

  static func mean(of costs: [ShapeCost]) -> ShapeCost {
    let count = Double(max(1, costs.count))
    return ShapeCost(
      secondsPerStep: costs.reduce(0) { $0 + $1.secondsPerStep } / count,
      secondsPerScore: costs.reduce(0) { $0 + $1.secondsPerScore } / count,
      weightBytes: costs.reduce(0) { $0 + $1.weightBytes } / max(1, costs.count))
  }

  /// The mean over jobs that train and score a throw-away detector concurrently.
  static func measured(
    _ run: Run, plan: Plan, jobs: Int, threads: Int, engine: @escaping EngineFactory, for time: Duration
  ) throws -> ShapeCost {
    let split = try run.split(plan.dataset, spec: plan.experiment.source.path)
    let scale = PixelScale(run.evaluation.inputRange)
    let isTrainedByStep = run.detector.record.imagesPerStep != nil
    let trainCount = isTrainedByStep ? split.train.count : sample(split.train.count)
    let train = ImageSelection(
      plan.dataset.images, indices: Array(split.train.prefix(trainCount)), scale: scale)
    let test = ImageSelection(
      plan.dataset.images, indices: Array(split.test.prefix(scoringBatch)), scale: scale)
    let measured = Measured()
    let group = DispatchGroup()
    for _ in 0..<jobs {
      group.enter()
      // Not a dispatch queue, which runs only as many tasks at once as there are processors.
      Thread.detachNewThread {
        let result = Result {
          try measure(run, train: train, test: test, threads: threads, engine: engine(), for: time)
        }
        measured.add(result)
        group.leave()
      }
    }
    group.wait()
    return mean(of: try measured.costs())
  }

  /// How many of `count` images suffice to time a detector that is fitted in a single step.
  private static func sample(_ count: Int) -> Int { min(count, 1000) }

  /// Images per scoring batch.
  private static let scoringBatch = 64
  /// The smallest batch on which every network can be trained.
  private static let smallestBatch = 2

  /// If a few steps of the run itself exceed the time, smaller batches are timed, and a step is assumed to have a fixed
  /// cost plus a cost per image.
  private static func measure(
    _ run: Run, train: ImageSelection, test: ImageSelection, threads: Int, engine: (any Engine)?,
    for time: Duration
  ) throws -> ShapeCost {
    let context = ComputeContext(threads: threads, kernels: KernelSet(rawValue: run.kernels) ?? .fast)
    guard let batch = run.detector.record.imagesPerStep, batch > smallestBatch else {
      return try measure(run, train: train, test: test, context, engine, for: time)
    }
    let begin = ContinuousClock.now
    var small = try measure(
      run.withBatch(of: smallestBatch), train: train, test: test.prefix(smallestBatch), context, engine,
      for: time * 0.1)
    let left = time - (.now - begin)
    // The first step is discarded, and a single one is too noisy.
    let affordable = left * 0.7 / .seconds(1) / 4
    let fitting = affordable / small.secondsPerStep * Double(smallestBatch)
    guard fitting > Double(smallestBatch) else {
      small.secondsPerStep *= Double(batch) / Double(smallestBatch)
      return small
    }
    let larger = fitting < Double(batch) ? max(smallestBatch + 1, Int(fitting)) : batch
    var cost = try measure(
      run.withBatch(of: larger), train: train, test: test.prefix(max(larger, smallestBatch)), context, engine,
      for: left)
    let perImage = (cost.secondsPerStep - small.secondsPerStep) / Double(larger - smallestBatch)
    cost.secondsPerStep += Double(batch - larger) * max(0, perImage)
    return cost
  }

  private static func measure(
    _ run: Run, train: ImageSelection, test: ImageSelection, _ context: ComputeContext,
    _ engine: (any Engine)?, for time: Duration
  ) throws -> ShapeCost {
    let detector = makeDetector(for: run, image: train.store.shape, context: context, engine: engine)
    // Scoring an image costs less than half of training on it.
    let end = ContinuousClock.now + time * 0.7
    var (first, last) = (Moment(step: 0), Moment(step: 0))
    try detector.begin(epoch: 1, on: train)
    training: while last.step == 0 || last.time < end {
      // On a device, more steps at a time: it is fastest when it need not report each.
      switch try detector.advance(atMost: last.step + 1) {
      case .part: break
      case .step(let report):
        // The first step touches memory for the first time.
        if first.step == 0, last.step > 0 { first = last }
        last = Moment(step: report.step)
      case .epochEnd: break training
      }
    }
    // A detector that reports no steps takes one.
    if last.step == 0 { last = Moment(step: 1) }

    var scored = 0
    let begin = ContinuousClock.now
    repeat {
      _ = detector.score(test, batchNorm: .running, batchSize: scoringBatch)
      scored += test.count
    } while ContinuousClock.now < end + time * 0.3
    let scoring = (ContinuousClock.now - begin) / .seconds(1)
    return ShapeCost(
      secondsPerStep: (last.time - first.time) / .seconds(1) / Double(last.step - first.step),
      secondsPerScore: scoring / Double(scored),
      weightBytes: detector.weights.reduce(0) { $0 + $1.values.count * 4 })
  }

  /// When a step of a training ended.
  private struct Moment {
    let step: Int
    let time = ContinuousClock.now
  }

  /// Seconds of a whole run.
  func seconds(_ run: Run, train: Int, test: Int) -> Double {
    // A detector fitted in a single step was timed on a sample of the images.
    let steps =
      run.detector.record.imagesPerStep.map { Double(train / $0) }
      ?? Double(train) / Double(Self.sample(train))
    let training = steps * secondsPerStep
    let passes = Double(run.detector.epochs + run.detector.record.pretrainingPasses)
    return passes * training + scoredImages(run, test: test) * secondsPerScore
  }

  /// The number of images a run scores, over all passes.
  private func scoredImages(_ run: Run, test: Int) -> Double {
    guard run.detector.isReadEveryEpoch else { return Double(test * run.passes.count) }
    let epochs = Double(run.detector.epochs)
    let wanted = run.evaluation.epochSamples
    let isSampled = wanted > 0 && wanted < test
    let sample = isSampled ? Double(wanted) : Double(test)
    // New bests become rarer, as record values do in a random order.
    let whole = isSampled ? 1 + (1...max(1, run.detector.epochs)).reduce(0) { $0 + 1 / Double($1) } : 0
    return (epochs * sample + whole * Double(test)) * Double(run.passes.count)
  }

  /// An upper bound for a run's file and its part of the summary, since much of it is compressed.
  func bytes(_ run: Run, train: Int, test: Int, image: ImageShape) -> Int {
    let scores = run.passes.count * run.detector.record.scoreNames(run.evaluation).count
    let samples = test * (9 + 4 * (scores + 1))
    let history = run.detector.epochs * 8 * (scores * Measures.all.count + 8)
    let galleries = 4 * 32 * 2 * image.count
    let features = min(test, 2000) * (50 * 4 + 4)
    // Names, attributes and HDF5's own overhead.
    let fixed = 60_000
    let summarized = samples + history + fixed / 2
    return weightBytes + samples + history + galleries + features + fixed + summarized
  }
}

/// Collects the results of concurrent measurements.
private final class Measured: @unchecked Sendable {
  private let lock = NSLock()
  private var results: [Result<ShapeCost, any Error>] = []

  func add(_ result: Result<ShapeCost, any Error>) { lock.withLock { results.append(result) } }

  func costs() throws -> [ShapeCost] { try lock.withLock { try results.map { try $0.get() } } }
}

extension ImageSelection {
  /// The first `count` images.
  fileprivate func prefix(_ count: Int) -> ImageSelection {
    ImageSelection(store, indices: Array(indices.prefix(count)), scale: scale)
  }
}

extension Run {
  /// The same run with this many images per step.
  func withBatch(of count: Int) -> Run {
    func changed<Record: DetectorRecord>(_ record: Record) -> any DetectorRecord {
      var record = record
      if let field = Record.fields.first(where: { $0.key == "batch_size" }) {
        _ = field.write(&record, .integer(count))
      }
      return record
    }
    var run = self
    run.detector = DetectorSettings(changed(detector.record))
    return run
  }
}
