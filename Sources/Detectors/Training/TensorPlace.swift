import Diagnostics
import Kernels

/// Where a named tensor that training changes lies in memory.
struct TensorPlace {
  let name: String
  let shape: [Int]
  let buffer: FloatBuffer
  let offset: Int

  init(_ name: String, shape: [Int], in buffer: FloatBuffer, at offset: Int = 0) {
    self.name = name
    self.shape = shape
    self.buffer = buffer
    self.offset = offset
  }

  private var count: Int { shape.reduce(1, *) }

  /// A copy of the tensor.
  var tensor: NamedTensor {
    NamedTensor(name: name, shape: shape, values: buffer[offset..<offset + count])
  }
}

extension [TensorPlace] {
  var tensors: [NamedTensor] { map(\.tensor) }

  /// The buffers that hold these places, each once.
  var buffers: [FloatBuffer] {
    var seen: Set<ObjectIdentifier> = []
    return map(\.buffer).filter { seen.insert(ObjectIdentifier($0)).inserted }
  }

  /// Overwrites the tensors at these places.
  ///
  /// - Throws: `Problem` when a tensor is missing, unknown or has the wrong shape; then nothing is changed.
  func load(_ tensors: [NamedTensor]) throws(Problem) {
    let given = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [(place: TensorPlace, values: [Float])] = []
    for place in self {
      guard let tensor = given[place.name] else {
        throw Problem(.badData, at: place.name, "this tensor is missing")
      }
      guard tensor.shape == place.shape, tensor.values.count == place.shape.reduce(1, *) else {
        throw Problem(
          .badData, at: place.name, "the tensor has shape \(tensor.shape), expected \(place.shape)",
          hint: "the weights belong to other hyperparameters")
      }
      found.append((place, tensor.values))
    }
    let names = Set(map(\.name))
    if let unknown = tensors.first(where: { !names.contains($0.name) }) {
      throw Problem(.badData, at: unknown.name, "unknown tensor")
    }
    for (place, values) in found { place.buffer.replace(from: place.offset, with: values) }
  }
}
