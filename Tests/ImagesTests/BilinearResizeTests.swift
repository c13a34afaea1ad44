import Images
import Settings
import Testing

struct BilinearResizeTests {
  @Test("resize, crop and scaling give Pillow's and torchvision's own bits", arguments: ResizeCase.all)
  func golden(_ golden: ResizeCase) {
    let shape = ImageShape(channels: golden.channels, height: golden.sourceHeight, width: golden.sourceWidth)
    let sizes = ShorterSide(height: shape.height, width: shape.width, side: golden.side)
    #expect(
      [sizes.height, sizes.width, sizes.top, sizes.left] == [
        golden.height, golden.width, golden.top, golden.left,
      ])

    let resize = BilinearResize(from: shape, height: sizes.height, width: sizes.width)
    #expect(resize.interleaved(golden.source) == golden.resized)

    let planar = resize.planar(planes(golden.source, golden.channels))
    #expect(planar == planes(golden.resized, golden.channels))

    let cropped = sizes.crop(planar: planar, channels: golden.channels)
    #expect(cropped == planes(golden.cropped, golden.channels))

    let scale = PixelScale(golden.isStandardised ? .standardised : .symmetric)
    #expect(cropped.map { scale.table[Int($0)].bitPattern } == golden.tensor.map(\.bitPattern))
  }

  @Test("many images at once are each resized by itself")
  func manyImages() {
    let shape = ImageShape(channels: 3, height: 5, width: 7)
    let resize = BilinearResize(from: shape, height: 4, width: 11)
    let images = (0..<3).map { image in
      (0..<shape.count).map { UInt8(truncatingIfNeeded: $0 * $0 + 91 * image) }
    }
    #expect(resize.planar(images.flatMap { $0 }) == images.flatMap { resize.planar($0) })
    #expect(resize.interleaved(images.flatMap { $0 }) == images.flatMap { resize.interleaved($0) })
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

  @Test(
    "half a pixel of margin is rounded to the even neighbour, as Python does",
    arguments: [(33, 0), (35, 2), (37, 2), (39, 4), (45, 6), (47, 8)])
  func halves(width: Int, left: Int) {
    #expect(ShorterSide(height: 32, width: width, side: 32).left == left)
  }

  @Test("the longer side is truncated, not rounded")
  func truncated() {
    let sizes = ShorterSide(height: 131, width: 200, side: 64)
    #expect((sizes.height, sizes.width) == (64, 97))
    #expect(64.0 * 200 / 131 > 97.7)
  }

  /// Channel by channel, from pixels whose channels lie together.
  private func planes(_ interleaved: [UInt8], _ channels: Int) -> [UInt8] {
    (0..<channels).flatMap { channel in
      stride(from: channel, to: interleaved.count, by: channels).map { interleaved[$0] }
    }
  }
}
