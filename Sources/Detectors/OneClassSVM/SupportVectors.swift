import CSVM
import Diagnostics
import Kernels

/// The solution of a one-class support vector machine, found by libsvm (Chang and Lin 2011).
struct SupportVectors {
  /// libsvm's kernel cache in megabytes: enough for 10,000 images.
  private static let cacheMegabytes = 512.0

  /// The indices of the support vectors' rows, ascending.
  let rows: [Int]
  /// The α of each support vector.
  let coefficients: [Double]
  /// ρ
  let offset: Double

  /// The most bytes that finding them takes: libsvm's rows, and its cache of a float for each pair of rows.
  static func fittingBytes(rows: Int, dimension: Int) -> Int {
    rows * (dimension + 1) * MemoryLayout<svm_node>.stride
      + min(Int(cacheMegabytes) << 20, rows * rows * MemoryLayout<Float>.stride)
  }

  /// Uses 16 bytes for each value above the smallest, plus the cache.
  ///
  /// - Throws: `Problem` when libsvm rejects a parameter or finds no support vectors.
  init(_ source: StoredRows, nu: Double, gamma: Double, tolerance: Double) throws(Problem) {
    let nodes = SparseRows(source)
    var targets = [Double](repeating: 0, count: source.count)
    var starts = nodes.starts.map { Optional(nodes.nodes + $0) }
    var parameter = svm_parameter()
    parameter.svm_type = Int32(ONE_CLASS)
    parameter.kernel_type = Int32(RBF)
    parameter.gamma = gamma
    parameter.nu = nu
    parameter.eps = tolerance
    parameter.cache_size = Self.cacheMegabytes
    parameter.shrinking = 1
    // Silence the progress it prints to standard output.
    svm_set_print_string_function { _ in }
    let solution: Result<SupportVectors, Problem> = targets.withUnsafeMutableBufferPointer { targets in
      starts.withUnsafeMutableBufferPointer { starts in
        var problem = svm_problem(l: Int32(source.count), y: targets.baseAddress, x: starts.baseAddress)
        if let refusal = svm_check_parameter(&problem, &parameter) {
          return .failure(Problem(.runFailed, "libsvm rejected the parameters: \(String(cString: refusal))"))
        }
        var model = svm_train(&problem, &parameter)
        defer { svm_free_and_destroy_model(&model) }
        guard let found = model?.pointee else {
          return .failure(Problem(.runFailed, "libsvm found no model"))
        }
        return .success(SupportVectors(found))
      }
    }
    withExtendedLifetime(nodes) {}
    self = try solution.get()
    guard !rows.isEmpty, offset.isFinite else {
      throw Problem(.runFailed, "libsvm found no support vectors", hint: "a smaller `tolerance` may help")
    }
  }

  private init(_ model: svm_model) {
    let count = Int(model.l)
    // libsvm counts rows from 1.
    rows = (0..<count).map { Int(model.sv_indices[$0]) - 1 }
    coefficients = (0..<count).map { model.sv_coef[0]![$0] }
    offset = model.rho[0]
  }
}

/// Rows in libsvm's sparse format: each nonzero value with its column, counted from 1, then a terminating −1.
///
/// Values are taken relative to the smallest of all, which changes no distance, so a dark background costs neither
/// memory nor time.
private final class SparseRows {
  let nodes: UnsafeMutablePointer<svm_node>
  /// Where each row begins.
  let starts: [Int]

  init(_ source: StoredRows) {
    let values = source.values
    var smallest = Float.infinity
    for value in values { smallest = min(smallest, value) }
    var used = source.count
    for value in values where value != smallest { used += 1 }
    nodes = .allocate(capacity: used)
    var starts: [Int] = []
    var next = 0
    for row in 0..<source.count {
      starts.append(next)
      for column in 0..<source.dimension {
        let value = values[row * source.dimension + column]
        guard value != smallest else { continue }
        (nodes + next).initialize(
          to: svm_node(index: Int32(column + 1), value: Double(value) - Double(smallest)))
        next += 1
      }
      (nodes + next).initialize(to: svm_node(index: -1, value: 0))
      next += 1
    }
    self.starts = starts
  }

  deinit { nodes.deallocate() }
}
