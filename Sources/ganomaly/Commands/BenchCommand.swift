import ArgumentParser
import Foundation
import Runner
import Settings

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Benchmark training and scoring on synthetic images.",
    discussion: """
      The machine's current peak is printed first: on a shared machine, compare only figures measured side by side.
      """)

  @Option(name: .long, help: "Height and width of the images: 32, 64, 128 or 256.") var side = 32
  @Option(name: .long, help: "Channels of the images.") var channels = 1
  @Option(name: .long, help: "Channels after the first convolution.") var width = 64
  @Option(name: .long, help: "Latent size.") var latent = 100
  @Option(name: .long, help: "Batch size.") var batch = 64
  @Option(name: .long, help: "Seconds per measurement.") var seconds = 5.0
  @Flag(name: .long, help: "Print a JSON object.") var json = false
  @Option(name: .long, help: "The engine: cpu or opencl.")
  var engine = ComputeEngine.cpu
  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    guard [32, 64, 128, 256].contains(side) else {
      throw ValidationError("--side \(side): give 32, 64, 128 or 256 (4·2^k)")
    }
    for (name, value) in [("channels", channels), ("width", width), ("latent", latent), ("batch", batch)]
    where !(1...65536).contains(value) {
      throw ValidationError("--\(name) \(value): give a number from 1 to 65536")
    }
    guard seconds > 0, seconds < 3600 else { throw ValidationError("--seconds \(seconds): give more than 0") }
  }

  func run() throws {
    compute.warnOfTooManyThreads()
    let context = try compute.context()
    let benchmark = try Benchmark(
      Benchmark.Configuration(
        side: side, channels: channels, width: width, latent: latent, batch: batch, threads: context.threads,
        kernels: context.kernels, engine: engine),
      seconds: seconds, context: context, engine: try compute.engine(engine),
      profiled: engine == .cpu ? nil : try compute.openCLEngine(isProfiled: true))
    try Terminal.write(json ? try Self.json(benchmark) : Self.text(benchmark))
  }

  private static func json(_ benchmark: Benchmark) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(benchmark), as: UTF8.self)
  }

  private static func text(_ benchmark: Benchmark) -> String {
    let c = benchmark.configuration
    func spread(_ spread: Spread, _ digits: Int) -> String {
      let format = "%.\(digits)f"
      return String(format: "\(format)  (\(format) to \(format))", spread.median, spread.low, spread.high)
    }
    func throughput(_ throughput: Benchmark.Throughput) -> String {
      let rates = String(
        format: "%.0f GFLOP/s performed, %.0f by the definition", throughput.gflops,
        throughput.gflopsByDefinition)
      return "\(spread(throughput.imagesPerSecond, 0)) images/s, \(rates)"
    }
    let computes =
      benchmark.device.map { "\($0.name), driver \($0.driver)" }
      ?? "threads \(c.threads), \(c.kernels) kernels, \(benchmark.instructionSet)"
    var lines = [
      "side \(c.side), channels \(c.channels), width \(c.width), latent \(c.latent), batch \(c.batch), "
        + computes,
      String(format: "FMA peak          %.0f GFLOP/s", benchmark.peakGflops),
    ]
    if let sgemm = benchmark.sgemmGflops {
      lines.append(String(format: "sgemm 512×512     %.0f GFLOP/s", sgemm))
    }
    if let device = benchmark.device {
      lines += [
        String(format: "copy              %.1f GB/s", device.copyGigabytes),
        String(
          format: "kernel launch     %.1f µs, %.0f per step", device.launchMicroseconds,
          device.launchesPerStep),
      ]
    }
    lines += [
      "training          \(throughput(benchmark.training))",
      "scoring           \(throughput(benchmark.scoring))",
      "scoring one image \(spread(benchmark.latency.milliseconds, 2)) ms",
      String(format: "peak memory       %.0f MiB", benchmark.memoryMib), "",
      "milliseconds of a training step",
    ]
    for part in benchmark.parts {
      let launches = part.launches.map { String(format: "%5.0f launches  ", $0) } ?? ""
      lines.append(String(format: "%8.2f  ", part.milliseconds) + launches + part.name)
    }
    return lines.joined(separator: "\n")
  }
}
