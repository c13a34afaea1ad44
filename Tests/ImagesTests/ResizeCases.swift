import CZlib
import Foundation
import Testing

/// Images before and after torchvision's `Resize`, `CenterCrop`, `ToTensor` and `Normalize`, written with
/// Pillow 13.0.0 and torchvision 0.29.2. None of them is so tall that this version has other bits than 12.3, whose bits
/// are ours: new cases are to be written with Pillow below 13.
///
/// The file is gzip over little-endian fields: the number of cases; then for each its name (length, UTF-8),
/// nine UInt32 (standardized?, channels, source height and width, side, resized height and width, top, left),
/// the source, the resized and the cropped image (row by row, the channels together), and the tensor
/// (channel by channel, Float32).
struct ResizeCase: CustomTestStringConvertible {
  var name: String
  var isStandardized: Bool
  var channels: Int
  var sourceHeight: Int
  var sourceWidth: Int
  var side: Int
  var height: Int
  var width: Int
  var top: Int
  var left: Int
  var source: [UInt8]
  var resized: [UInt8]
  var cropped: [UInt8]
  var tensor: [Float]

  var testDescription: String { name }

  static let all: [ResizeCase] = {
    let path = Bundle.module.path(forResource: "Fixtures/resize.bin", ofType: "gz")!
    var reader = FixtureReader(bytes: gunzipped(path))
    return (0..<reader.integer()).map { _ in
      let name = String(decoding: reader.bytes(reader.integer()), as: UTF8.self)
      let n = (0..<9).map { _ in reader.integer() }
      let source = reader.bytes(n[1] * n[2] * n[3])
      let resized = reader.bytes(n[1] * n[5] * n[6])
      let cropped = reader.bytes(n[1] * n[4] * n[4])
      let tensor = (0..<n[1] * n[4] * n[4]).map { _ in Float(bitPattern: UInt32(reader.integer())) }
      return ResizeCase(
        name: name, isStandardized: n[0] == 1, channels: n[1], sourceHeight: n[2], sourceWidth: n[3],
        side: n[4],
        height: n[5], width: n[6], top: n[7], left: n[8], source: source, resized: resized, cropped: cropped,
        tensor: tensor)
    }
  }()
}

private struct FixtureReader {
  private let content: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { content = bytes }

  mutating func integer() -> Int {
    defer { position += 4 }
    return (0..<4).reduce(0) { $0 | Int(content[position + $1]) << (8 * $1) }
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    defer { position += count }
    return Array(content[position..<position + count])
  }
}

private func gunzipped(_ path: String) -> [UInt8] {
  let file = gzopen(path, "rb")
  defer { gzclose(file) }
  var content: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = gzread(file, &piece, UInt32(piece.count))
    if count <= 0 { return content }
    content += piece[..<Int(count)]
  }
}
