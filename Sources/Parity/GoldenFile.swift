import Diagnostics
import Foundation
import HDF5
import Images
import Settings

/// A golden file: initial weights, batches, and five training steps of the original, computed in float64.
struct GoldenFile {
  let path: String
  let settings: GANomalySettings
  let image: ImageShape
  let batchSize: Int
  /// The original's parameter names, in layer order.
  let generatorParameters: [String]
  let discriminatorParameters: [String]

  private let root: HDF5Group

  /// The original's own option names, in the root attribute `config_json`.
  private struct Configuration: Decodable {
    var isize: Int
    var nc: Int
    var nz: Int
    var ngf: Int
    var batch: Int
    var extralayers: Int
    var lr: Double
    var beta1: Double
    var beta2: Double
    var adversarialWeight: Double
    var contextualWeight: Double
    var encoderWeight: Double

    enum CodingKeys: String, CodingKey {
      case isize, nc, nz, ngf, batch, extralayers, lr, beta1, beta2
      case adversarialWeight = "w_adv"
      case contextualWeight = "w_con"
      case encoderWeight = "w_enc"
    }
  }

  init(path: String) throws {
    self.path = path
    let file = try HDF5File.openForeign(path)
    root = file.root
    func json<Value: Decodable>(_ type: Value.Type, _ attribute: String) throws -> Value {
      guard try file.root.attributes.exists(attribute) else {
        throw Problem(
          .badData, at: path, "not a golden file: the root attribute \(attribute) is missing",
          hint: "give a file that holds steps of the original, such as A.h5")
      }
      let text = try file.root.attributes.readString(attribute)
      do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch {
        throw Problem(.badData, at: "\(path)@\(attribute)", "not the expected JSON")
      }
    }
    let configuration = try json(Configuration.self, "config_json")
    guard [32, 64, 128, 256].contains(configuration.isize), (1...1024).contains(configuration.nc),
      (1...4096).contains(configuration.nz), (1...1024).contains(configuration.ngf),
      (0...8).contains(configuration.extralayers), (1...65536).contains(configuration.batch)
    else {
      throw Problem(
        .badData, at: "\(path)@config_json",
        "unsupported network: isize \(configuration.isize), nc \(configuration.nc), nz \(configuration.nz), "
          + "ngf \(configuration.ngf), extralayers \(configuration.extralayers) and batch \(configuration.batch)"
      )
    }
    var settings = GANomalySettings()
    settings.latentSize = configuration.nz
    settings.width = configuration.ngf
    settings.extraLayers = configuration.extralayers
    settings.adversarialWeight = configuration.adversarialWeight
    settings.contextualWeight = configuration.contextualWeight
    settings.encoderWeight = configuration.encoderWeight
    settings.learningRate = configuration.lr
    settings.beta1 = configuration.beta1
    settings.beta2 = configuration.beta2
    settings.batchSize = configuration.batch
    self.settings = settings
    image = ImageShape(channels: configuration.nc, height: configuration.isize, width: configuration.isize)
    batchSize = configuration.batch
    generatorParameters = try json([String].self, "param_order_netg").map { "netg.\($0)" }
    discriminatorParameters = try json([String].self, "param_order_netd").map { "netd.\($0)" }
  }

  /// Whether the file has an object called `name`.
  func has(_ name: String) throws -> Bool { try root.exists(name) }

  /// The value for `step`, from 1, of a dataset with one number per step.
  func value(_ name: String, ofStep step: Int) throws -> Double {
    let dataset = try root.openDataset(name)
    let values = try dataset.read(Double.self).values
    guard values.indices.contains(step - 1) else {
      throw dataset.refusal("it has \(values.count) values, none for step \(step)")
    }
    return values[step - 1]
  }

  /// All `count` values of a stored tensor, as float32.
  func floats(_ name: String, count: Int) throws -> [Float] {
    let values = try root.openDataset(name).read(Float.self).values
    guard values.count == count else {
      throw Problem(.badData, at: "\(path):/\(name)", "\(values.count) values, expected \(count)")
    }
    return values
  }

  /// The reference values of a tensor; of a large one, only samples are stored.
  func truth(_ name: String) throws -> GoldenTensor {
    let parts = name.split(separator: "/").map(String.init)
    let parent = try root.openGroup(parts.dropLast().joined(separator: "/"))
    let isSampled = try parent.children().contains { $0.name == parts[parts.count - 1] && $0.kind == .group }
    if isSampled {
      let group = try root.openGroup(name)
      let values = try group.openDataset("val").read(Double.self).values
      let positions = try group.openDataset("idx").read(Int.self, shape: [values.count])
      return GoldenTensor(values: values, positions: positions, torchError: try torchError(group.attributes))
    }
    let dataset = try root.openDataset(name)
    let values = try dataset.read(Double.self).values
    return GoldenTensor(values: values, positions: nil, torchError: try torchError(dataset.attributes))
  }

  /// The relative L2 error of torch's own float32 run, if stored.
  private func torchError(_ attributes: HDF5Attributes) throws -> Double? {
    try attributes.exists("f32_l2rel") ? try attributes.readNumber(Double.self, "f32_l2rel") : nil
  }
}

/// The original's values of a tensor, in float64.
struct GoldenTensor {
  let values: [Double]
  /// The positions of the values in the whole tensor; nil if they are all of it.
  let positions: [Int]?
  let torchError: Double?

  /// Our values at the same positions; nil if the sizes do not match.
  func matching(_ ours: [Float]) -> [Float]? {
    guard let positions else { return ours.count == values.count ? ours : nil }
    guard positions.allSatisfy(ours.indices.contains) else { return nil }
    return positions.map { ours[$0] }
  }
}
