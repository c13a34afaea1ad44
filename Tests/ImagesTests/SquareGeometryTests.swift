import Images
import Testing

struct SquareGeometryTests {
  @Test(
    "half a pixel of margin is rounded to the even neighbor, as Python does",
    arguments: [(33, 0), (35, 2), (37, 2), (39, 4), (45, 6), (47, 8)])
  func halves(width: Int, left: Int) {
    #expect(SquareGeometry.cropping(height: 32, width: width, side: 32).left == left)
  }

  @Test("the longer side of a crop is truncated, not rounded")
  func truncated() {
    let sizes = SquareGeometry.cropping(height: 131, width: 200, side: 64)
    #expect((sizes.height, sizes.width) == (64, 97))
    #expect(64.0 * 200 / 131 > 97.7)
  }

  @Test(
    "the shorter side of a padded image is truncated, at least 1, and centered",
    arguments: [
      // 32·24/37 = 20.8; 31.7; 0.03.
      (24, 37, 20, 6), (101, 102, 31, 0), (1, 1000, 1, 16), (32, 32, 32, 0), (9, 13, 22, 5),
    ])
  func padded(shorter: Int, longer: Int, length: Int, margin: Int) {
    let wide = SquareGeometry.padding(height: shorter, width: longer, side: 32)
    #expect((wide.height, wide.width, wide.top, wide.left) == (length, 32, -margin, 0))
    let tall = SquareGeometry.padding(height: longer, width: shorter, side: 32)
    #expect((tall.height, tall.width, tall.top, tall.left) == (32, length, 0, -margin))
  }

  @Test("padding surrounds every channel with zeros")
  func surrounded() {
    let sizes = SquareGeometry.padding(height: 2, width: 4, side: 4)
    let bytes = (1...16).map { UInt8($0) }
    #expect(
      sizes.square(planar: bytes, channels: 2) == [
        0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0,
        0, 0, 0, 0, 9, 10, 11, 12, 13, 14, 15, 16, 0, 0, 0, 0,
      ])
  }

  @Test("of a square image, every fit is the same")
  func square() {
    for sizes in [
      SquareGeometry.cropping(height: 50, width: 50, side: 32), .padding(height: 50, width: 50, side: 32),
      .stretching(side: 32),
    ] {
      #expect((sizes.height, sizes.width, sizes.top, sizes.left) == (32, 32, 0, 0))
    }
  }
}
