/// The left factor of a panel product: where the element of a row and an inner position lies.
///
/// Inner positions come in `outer` runs of `inner` each.
struct PanelFactor {
  var pointer: UnsafePointer<Float>
  var rowStep: Int
  var innerStep: Int
  /// From one run to the next; without meaning for a single run.
  var outerStep = 0
}

/// The matrix product behind the polyphase convolution: C = A·B for a *panel* B of 16 columns, whose rows lie one
/// after the other.
///
/// The layout of a batch makes every transform a sequence of such panels, so that nothing is packed. A tile of
/// 6 rows by 16 columns keeps its 12 sums in registers: two loads and six broadcasts serve twelve fused
/// multiply-adds.
enum PanelProduct {
  typealias Vector = SIMD8<Float>
  static let columns = 16
  private static let tileRows = 6

  /// c[row][0..<16] = Σ a[row][i]·panel[i][0..<16] over `outer·inner` positions, added to c when accumulating.
  ///
  /// - Parameter rowStride: from one row of `c` to the next.
  static func multiply(
    _ a: PanelFactor, rows: Int, panel: UnsafePointer<Float>, outer: Int = 1, inner: Int,
    into c: UnsafeMutablePointer<Float>, rowStride: Int, accumulating: Bool
  ) {
    var row = 0
    while row < rows {
      tile(
        a, firstRow: row, rows: min(tileRows, rows - row), panel: panel, outer: outer, inner: inner,
        into: c + row * rowStride, rowStride: rowStride, accumulating: accumulating)
      row += tileRows
    }
  }

  /// Six rows at once; of fewer, the last is computed several times and stored once.
  @inline(__always)
  private static func tile(
    _ a: PanelFactor, firstRow: Int, rows: Int, panel: UnsafePointer<Float>, outer: Int, inner: Int,
    into c: UnsafeMutablePointer<Float>, rowStride: Int, accumulating: Bool
  ) {
    let (step, last) = (a.rowStep, rows - 1)
    let first = a.pointer + firstRow * step
    var p0 = first
    var p1 = first + min(1, last) * step
    var p2 = first + min(2, last) * step
    var p3 = first + min(3, last) * step
    var p4 = first + min(4, last) * step
    var p5 = first + min(5, last) * step
    var (c00, c01, c10, c11) = (Vector(), Vector(), Vector(), Vector())
    var (c20, c21, c30, c31) = (Vector(), Vector(), Vector(), Vector())
    var (c40, c41, c50, c51) = (Vector(), Vector(), Vector(), Vector())
    var b = panel
    let innerStep = a.innerStep
    let rewind = a.outerStep - inner * innerStep
    for _ in 0..<outer {
      for _ in 0..<inner {
        let (b0, b1) = (load(b), load(b + 8))
        let a0 = Vector(repeating: p0.pointee)
        c00 = c00.addingProduct(a0, b0)
        c01 = c01.addingProduct(a0, b1)
        let a1 = Vector(repeating: p1.pointee)
        c10 = c10.addingProduct(a1, b0)
        c11 = c11.addingProduct(a1, b1)
        let a2 = Vector(repeating: p2.pointee)
        c20 = c20.addingProduct(a2, b0)
        c21 = c21.addingProduct(a2, b1)
        let a3 = Vector(repeating: p3.pointee)
        c30 = c30.addingProduct(a3, b0)
        c31 = c31.addingProduct(a3, b1)
        let a4 = Vector(repeating: p4.pointee)
        c40 = c40.addingProduct(a4, b0)
        c41 = c41.addingProduct(a4, b1)
        let a5 = Vector(repeating: p5.pointee)
        c50 = c50.addingProduct(a5, b0)
        c51 = c51.addingProduct(a5, b1)
        p0 += innerStep
        p1 += innerStep
        p2 += innerStep
        p3 += innerStep
        p4 += innerStep
        p5 += innerStep
        b += columns
      }
      p0 += rewind
      p1 += rewind
      p2 += rewind
      p3 += rewind
      p4 += rewind
      p5 += rewind
    }
    finish(c, c00, c01, accumulating)
    if rows > 1 { finish(c + rowStride, c10, c11, accumulating) }
    if rows > 2 { finish(c + 2 * rowStride, c20, c21, accumulating) }
    if rows > 3 { finish(c + 3 * rowStride, c30, c31, accumulating) }
    if rows > 4 { finish(c + 4 * rowStride, c40, c41, accumulating) }
    if rows > 5 { finish(c + 5 * rowStride, c50, c51, accumulating) }
  }

  @inline(__always)
  private static func finish(
    _ c: UnsafeMutablePointer<Float>, _ low: Vector, _ high: Vector, _ accumulating: Bool
  ) {
    if accumulating {
      store(load(UnsafePointer(c)) + low, c)
      store(load(UnsafePointer(c + 8)) + high, c + 8)
    } else {
      store(low, c)
      store(high, c + 8)
    }
  }

  /// target[column][row] = source[row][column] for 16 rows by 16 columns, rows of both lying one after the other.
  static func transpose(_ target: UnsafeMutablePointer<Float>, _ source: UnsafePointer<Float>) {
    for row in stride(from: 0, to: columns, by: 8) {
      for column in stride(from: 0, to: columns, by: 8) {
        transposeEight(target + column * columns + row, source + row * columns + column)
      }
    }
  }

  /// Three rounds, each of which sorts the 64 elements by one bit of their column.
  @inline(__always)
  private static func transposeEight(_ target: UnsafeMutablePointer<Float>, _ source: UnsafePointer<Float>) {
    typealias Eight = (Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector)
    @inline(__always)
    func even(_ a: Vector, _ b: Vector) -> Vector { Vector(lowHalf: a.evenHalf, highHalf: b.evenHalf) }
    @inline(__always)
    func odd(_ a: Vector, _ b: Vector) -> Vector { Vector(lowHalf: a.oddHalf, highHalf: b.oddHalf) }
    @inline(__always)
    func sort(_ v: Eight) -> Eight {
      (
        even(v.0, v.1), even(v.2, v.3), even(v.4, v.5), even(v.6, v.7),
        odd(v.0, v.1), odd(v.2, v.3), odd(v.4, v.5), odd(v.6, v.7)
      )
    }
    let rows: Eight = (
      load(source), load(source + columns), load(source + 2 * columns), load(source + 3 * columns),
      load(source + 4 * columns), load(source + 5 * columns), load(source + 6 * columns),
      load(source + 7 * columns)
    )
    let sorted = sort(sort(sort(rows)))
    store(sorted.0, target)
    store(sorted.1, target + columns)
    store(sorted.2, target + 2 * columns)
    store(sorted.3, target + 3 * columns)
    store(sorted.4, target + 4 * columns)
    store(sorted.5, target + 5 * columns)
    store(sorted.6, target + 6 * columns)
    store(sorted.7, target + 7 * columns)
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
  }

  @inline(__always)
  private static func store(_ values: Vector, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: values, as: Vector.self)
  }
}
