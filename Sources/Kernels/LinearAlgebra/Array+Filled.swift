extension Array where Element: BinaryFloatingPoint {
  /// Zeros that `fill` may then overwrite, also from several threads.
  init(count: Int, filledBy fill: (UnsafeMutablePointer<Element>) -> Void) {
    self.init(repeating: 0, count: count)
    withUnsafeMutableBufferPointer { elements in
      if let first = elements.baseAddress, count > 0 { fill(first) }
    }
  }
}
