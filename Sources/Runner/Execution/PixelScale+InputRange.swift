import Images
import Settings

extension PixelScale {
  init(_ range: InputRange) {
    self =
      switch range {
      case .symmetric: .symmetric
      case .standardized: .standardized
      }
  }
}
