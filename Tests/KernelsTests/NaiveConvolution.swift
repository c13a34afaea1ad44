@testable import Kernels

/// Convolution by its definition, in double, on images one after the other (NCHW): what the kernels are held to.
enum NaiveConvolution {
  /// Calls `body(low index, high index, weight index)` for every product of the sum.
  static func forEachProduct(_ g: ConvolutionGeometry, images: Int, _ body: (Int, Int, Int) -> Void) {
    for image in 0..<images {
      for low in 0..<g.lowChannels {
        for y in 0..<g.lowHeight {
          for x in 0..<g.lowWidth {
            for high in 0..<g.highChannels {
              for ky in 0..<g.kernel {
                for kx in 0..<g.kernel {
                  let (row, column) = (y * g.stride + ky - g.padding, x * g.stride + kx - g.padding)
                  guard row >= 0, row < g.highHeight, column >= 0, column < g.highWidth else { continue }
                  body(
                    ((image * g.lowChannels + low) * g.lowHeight + y) * g.lowWidth + x,
                    ((image * g.highChannels + high) * g.highHeight + row) * g.highWidth + column,
                    ((low * g.highChannels + high) * g.kernel + ky) * g.kernel + kx)
                }
              }
            }
          }
        }
      }
    }
  }

  static func highToLow(_ high: [Float], _ weights: [Float], _ g: ConvolutionGeometry, images: Int)
    -> [Double]
  {
    var low = [Double](repeating: 0, count: images * g.lowChannels * g.lowPixels)
    forEachProduct(g, images: images) { low[$0] += Double(high[$1]) * Double(weights[$2]) }
    return low
  }

  static func lowToHigh(_ low: [Float], _ weights: [Float], _ g: ConvolutionGeometry, images: Int) -> [Double]
  {
    var high = [Double](repeating: 0, count: images * g.highChannels * g.highPixels)
    forEachProduct(g, images: images) { high[$1] += Double(low[$0]) * Double(weights[$2]) }
    return high
  }

  static func weightGradient(_ high: [Float], _ low: [Float], _ g: ConvolutionGeometry, images: Int)
    -> [Double]
  {
    var gradient = [Double](repeating: 0, count: g.weightCount)
    forEachProduct(g, images: images) { gradient[$2] += Double(low[$0]) * Double(high[$1]) }
    return gradient
  }
}
