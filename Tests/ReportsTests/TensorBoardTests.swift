import Foundation
import Images
import Results
import TestSupport
import Testing

@testable import Reports

@Suite("TensorBoard's event files")
struct TensorBoardTests {
  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test("the checksum is the Castagnoli one of RFC 3720")
  func checksum() {
    #expect(EventRecord.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(EventRecord.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
  }

  @Test("events are byte for byte what tensorboard 2.21's own writer makes of the same values")
  func golden() {
    #expect(
      hexadecimal(EventRecord.framed(TensorBoardEvent.fileVersion(time: 1.5).bytes))
        == "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c")
    var scalars = TensorBoardEvent(time: 2.25, step: 300)
    scalars.add(scalar: 0.25, tag: "loss/a")
    scalars.add(histogramOf: [1, 2, 3], bins: 2, tag: "scores")
    #expect(
      hexadecimal(EventRecord.framed(scalars.bytes))
        == "7a000000000000001389867809000000000000024010ac022a6c0a0d0a066c6f73732f61150000803e0a5b"
        + "0a0673636f7265732a5109000000000000f03f110000000000000840190000000000000840210000000000"
        + "001840290000000000002c403210000000000000004000000000000008403a10000000000000f03f000000"
        + "0000000040910b8962")
    var start = TensorBoardEvent(time: 2)
    start.add(start: 2, hyperparameters: [("a", .number(0.5))])
    #expect(
      hexadecimal(EventRecord.framed(start.bytes))
        == "5500000000000000d7df0fc10900000000000000402a4a0a480a1c5f68706172616d735f2f73657373696f"
        + "6e5f73746172745f696e666f4a280a260a0768706172616d73121b1a190a0e0a0161120911000000000000"
        + "e03f290000000000000040aa744f7a")
  }

  @Test("runs have folders of their own, and a run that goes on has another file in its folder")
  func folders() throws {
    let experiment = try SampleSummary.digits.experiment()
    let runs = experiment.configurations.flatMap {
      experiment.identifiedRuns(of: $0, dataFingerprint: "f")
    }
    try withTemporaryFolder { folder in
      let log = TensorBoardLog(folder: folder) { Date(timeIntervalSince1970: 1000) }
      for run in [runs[0], runs[1], runs[0]] {
        try log.begin(run)
        try log.end(rows: nil)
      }
      let folders = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(folders == [runs[0], runs[1]].map(TensorBoardLog.name).sorted())
      let files = try FileManager.default.contentsOfDirectory(
        atPath: "\(folder)/\(TensorBoardLog.name(of: runs[0]))")
      #expect(files.count == 2)
      #expect(files.allSatisfy { $0.hasPrefix("events.out.tfevents.1000.") })
    }
  }

  /// Prints what TensorBoard's own reader finds, as JSON.
  private static let program = """
    import base64, json, sys
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.plugins.hparams import plugin_data_pb2
    reader = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0, "histograms": 0})
    reader.Reload()
    tags = reader.Tags()
    session = reader.PluginTagToContent("hparams")
    start = plugin_data_pb2.HParamsPluginData.FromString(session["_hparams_/session_start_info"])
    end = plugin_data_pb2.HParamsPluginData.FromString(session["_hparams_/session_end_info"])
    print(json.dumps({
        "scalars": {t: [[e.step, e.value] for e in reader.Scalars(t)] for t in tags["scalars"]},
        "histograms": {t: [list(e.histogram_value.bucket) for e in reader.Histograms(t)]
                       for t in tags["histograms"]},
        "images": {t: [[e.width, e.height, base64.b64encode(e.encoded_image_string).decode()]
                       for e in reader.Images(t)] for t in tags["images"]},
        "numbers": {k: v.number_value for k, v in start.session_start_info.hparams.items()
                    if v.WhichOneof("kind") == "number_value"},
        "texts": {k: v.string_value for k, v in start.session_start_info.hparams.items()
                  if v.WhichOneof("kind") == "string_value"},
        "status": end.session_end_info.status,
    }))
    """

  private struct Found: Decodable {
    var scalars: [String: [[Double]]]
    var histograms: [String: [[Double]]]
    var images: [String: [[ImageField]]]
    var numbers: [String: Double]
    var texts: [String: String]
    var status: Int

    enum ImageField: Decodable, Equatable {
      case number(Int)
      case text(String)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = try (try? container.decode(Int.self)).map(Self.number) ?? .text(container.decode(String.self))
      }
    }
  }

  @Test(
    "TensorBoard's own reader finds every scalar, image, histogram and hyperparameter",
    .enabled(
      if: Python.having("tensorboard") != nil,
      "needs a python3 with tensorboard; name one in $GANOMALY_PYTHON to run this"))
  func ownReader() throws {
    let python = try #require(Python.having("tensorboard"))
    let experiment = try SampleSummary.digits.experiment()
    let run = try #require(
      experiment.identifiedRuns(of: experiment.configurations[0], dataFingerprint: "f").first)
    let measures = Measures(
      auroc: 0.75, averagePrecision: 0.5, equalErrorRate: 0.25, falsePositiveRateAt95: 1)
    try withTemporaryFolder { folder in
      let log = TensorBoardLog(folder: folder)
      try log.begin(run)
      let inputs = (0..<24).map { UInt8($0) }
      for epoch in 1...3 {
        try log.add(
          EpochDetails(
            epoch: epoch, losses: [("generator", 4 / Double(epoch))],
            evaluations: [("squared-l2, running", measures)], validationLoss: 0.125, normalScores: [1, 2, 3],
            anomalousScores: [4, 8], inputs: inputs, reconstructions: inputs.reversed(),
            imageShape: [3, 2, 2]))
      }
      try log.end(rows: [RowRecord(heldOut: "2", measures: measures)])
      let printed = try Python.output(
        of: python, Self.program, "\(folder)/\(TensorBoardLog.name(of: run))")
      let found = try JSONDecoder().decode(Found.self, from: Data(printed.utf8))

      #expect(found.scalars["loss/generator"] == [[1, 4], [2, 2], [3, Double(Float(4.0 / 3))]])
      #expect(found.scalars["loss/validation"] == [[1, 0.125], [2, 0.125], [3, 0.125]])
      #expect(found.scalars["auroc/squared-l2, running"] == [[1, 0.75], [2, 0.75], [3, 0.75]])
      #expect(found.scalars["result/equal_error_rate/2"] == [[0, 0.25]])
      #expect(found.scalars.count == 2 + 4 + 4)
      #expect(found.histograms["scores/normal"]?.count == 3)
      #expect(found.histograms["scores/anomalous"]?[2].reduce(0, +) == 2)
      let store = ImageStore(
        shape: ImageShape(channels: 3, height: 2, width: 2), bytes: inputs + inputs.reversed())
      let image = Data(store.png(columns: 2)).base64EncodedString()
      let expected: [Found.ImageField] = [.number(4), .number(4), .text(image)]
      #expect(found.images == ["reconstructions": [expected, expected, expected]])
      #expect(found.numbers["seed"] == 0 && found.numbers["detector.epochs"] == 3)
      #expect(found.texts["held_out"] == "2" && found.texts["detector"] == "ganomaly")
      #expect(found.status == 1)
    }
  }
}
