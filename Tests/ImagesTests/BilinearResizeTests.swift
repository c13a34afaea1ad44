import Images
import Testing

struct BilinearResizeTests {
  @Test("resize, crop and scaling give Pillow's and torchvision's own bits", arguments: ResizeCase.all)
  func golden(_ golden: ResizeCase) {
    let shape = ImageShape(channels: golden.channels, height: golden.sourceHeight, width: golden.sourceWidth)
    let sizes = SquareGeometry.cropping(height: shape.height, width: shape.width, side: golden.side)
    #expect(
      [sizes.height, sizes.width, sizes.top, sizes.left] == [
        golden.height, golden.width, golden.top, golden.left,
      ])

    let resize = BilinearResize(from: shape, height: sizes.height, width: sizes.width)
    let planar = resize.planar(planes(golden.source, golden.channels))
    #expect(planar == planes(golden.resized, golden.channels))

    let cropped = sizes.square(planar: planar, channels: golden.channels)
    #expect(cropped == planes(golden.cropped, golden.channels))

    let scale = golden.isStandardized ? PixelScale.standardized : .symmetric
    #expect(cropped.map { scale.table[Int($0)].bitPattern } == golden.tensor.map(\.bitPattern))
  }

  /// A size before and after, and FNV-1a's 64-bit hash of what Pillow makes of `pattern`.
  struct PillowHash: Sendable, CustomTestStringConvertible {
    var source: (width: Int, height: Int)
    var target: (width: Int, height: Int)
    var hash: UInt64

    var testDescription: String {
      "\(source.width)×\(source.height) to \(target.width)×\(target.height)"
    }
  }

  @Test(
    "images of any proportion get the bits of Pillow 12.3, also tall ones, which later versions resize differently",
    arguments: [
      // Of these three, Pillow 13.0 makes 395e3d9c3f32eb72, b43bbf7478d8f226 and 1197ec88d614a454.
      PillowHash(source: (37, 100), target: (32, 86), hash: 0x9e30_708a_f31b_a5b2),
      PillowHash(source: (37, 100), target: (32, 32), hash: 0x6e14_2e4a_fb84_0fef),
      PillowHash(source: (33, 400), target: (32, 387), hash: 0xa34f_b0f9_d264_31ae),
      PillowHash(source: (100, 37), target: (86, 32), hash: 0xc3c3_d448_09d8_fe4c),
      PillowHash(source: (64, 64), target: (32, 32), hash: 0x4c76_30fc_39bb_a38c),
      PillowHash(source: (28, 28), target: (32, 32), hash: 0xf86d_6683_7f7b_8255),
      PillowHash(source: (40, 41), target: (32, 32), hash: 0x2218_f8ee_4e09_71d3),
      PillowHash(source: (8, 8), target: (32, 32), hash: 0x19af_9497_719b_44a9),
      PillowHash(source: (20, 300), target: (32, 480), hash: 0xf0fc_7b10_48fe_e34f),
    ])
  func proportions(_ golden: PillowHash) {
    let shape = ImageShape(channels: 1, height: golden.source.height, width: golden.source.width)
    let pattern = (0..<shape.count).map { UInt8(truncatingIfNeeded: ($0 * $0 * 7 + $0 * 13) >> 3) }
    let resized = BilinearResize(from: shape, height: golden.target.height, width: golden.target.width)
      .planar(pattern)
    let hash = resized.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    #expect(hash == golden.hash)
  }

  @Test("many images at once are each resized by itself")
  func manyImages() {
    let shape = ImageShape(channels: 3, height: 5, width: 7)
    let resize = BilinearResize(from: shape, height: 4, width: 11)
    let images = (0..<3).map { image in
      (0..<shape.count).map { UInt8(truncatingIfNeeded: $0 * $0 + 91 * image) }
    }
    #expect(resize.planar(images.flatMap { $0 }) == images.flatMap { resize.planar($0) })
  }

  @Test("a constant image stays constant", arguments: [0, 1, 127, 254, 255] as [UInt8])
  func constant(value: UInt8) {
    let shape = ImageShape(channels: 1, height: 13, width: 29)
    for (height, width) in [(1, 1), (7, 64), (32, 32), (13, 5)] {
      let resized = BilinearResize(from: shape, height: height, width: width)
        .planar(Array(repeating: value, count: shape.count))
      #expect(resized == Array(repeating: value, count: height * width))
    }
  }

  @Test("mirroring before or after resizing makes no difference")
  func mirrored() {
    let shape = ImageShape(channels: 1, height: 1, width: 9)
    let row: [UInt8] = [0, 13, 200, 255, 7, 90, 91, 3, 250]
    for width in [4, 5, 16, 31] {
      let resize = BilinearResize(from: shape, height: 1, width: width)
      #expect(resize.planar(row.reversed()) == resize.planar(row).reversed())
    }
  }

  @Test("an image that has the size already comes back unchanged")
  func unchanged() {
    let shape = ImageShape(channels: 3, height: 4, width: 6)
    let bytes = (0..<shape.count).map { UInt8($0) }
    #expect(BilinearResize(from: shape, height: 4, width: 6).planar(bytes) == bytes)
  }

  /// Channel by channel, from pixels whose channels lie together.
  private func planes(_ interleaved: [UInt8], _ channels: Int) -> [UInt8] {
    (0..<channels).flatMap { channel in
      stride(from: channel, to: interleaved.count, by: channels).map { interleaved[$0] }
    }
  }
}
