extension Array where Element: BinaryFloatingPoint {
  /// Zeros, which `fill` may overwrite, from several threads too.
  init(count: Int, filledBy fill: (UnsafeMutablePointer<Element>) -> Void) {
    self.init(repeating: 0, count: count)
    withUnsafeMutableBufferPointer { elements in
      if let first = elements.baseAddress, count > 0 { fill(first) }
    }
  }
}
