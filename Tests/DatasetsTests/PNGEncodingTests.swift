import Foundation
import Images
import TestSupport
import Testing

@testable import Datasets

@Suite("Images written as PNG")
struct PNGEncodingTests {
  @Test("are read back pixel by pixel, side by side", arguments: [1, 3])
  func roundTrip(channels: Int) throws {
    let shape = ImageShape(channels: channels, height: 3, width: 2)
    let store = ImageStore(shape: shape, bytes: (0..<5 * shape.count).map { UInt8($0 * 53 % 256) })
    let image = try DecodedImage(store.png(columns: 2), from: "montage.png")
    #expect((image.height, image.width) == (9, 4))
    let planes = image.planar(channels: 3)
    for tile in 0..<6 {
      for channel in 0..<3 {
        for row in 0..<3 {
          for column in 0..<2 {
            let found = planes[(channel * 9 + tile / 2 * 3 + row) * 4 + tile % 2 * 2 + column]
            let place = ((min(channel, channels - 1)) * 3 + row) * 2 + column
            // The sixth is not there.
            #expect(found == (tile < 5 ? store.bytes[tile * shape.count + place] : 0))
          }
        }
      }
    }
  }

  @Test("noise, which cannot be compressed, fits as well")
  func noise() throws {
    var state: UInt64 = 1
    let bytes = (0..<64 * 64).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    }
    let store = ImageStore(shape: ImageShape(channels: 1, height: 64, width: 64), bytes: bytes)
    #expect(try DecodedImage(store.png(columns: 1), from: "noise.png").planar(channels: 1) == bytes)
  }
}
