import Hashing

/// The kernel sources, which are embedded in the program.
enum KernelText: String, CaseIterable {
  case elementwise, batches, planes, sums, normalization, losses, convolution, products,
    polyphase, speed

  /// The source as passed to the device's compiler.
  var source: String { pieces.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n") }

  private var pieces: [[UInt8]] {
    let common = PackageResources.common_cl
    return switch self {
    case .elementwise: [common, PackageResources.elementwise_cl]
    case .batches: [common, PackageResources.batches_cl]
    case .planes: [common, PackageResources.planes_cl]
    case .sums: [common, PackageResources.sums_cl]
    case .normalization: [common, PackageResources.normalization_cl]
    case .losses: [common, PackageResources.sums_cl, PackageResources.losses_cl]
    case .convolution: [common, PackageResources.tile_cl, PackageResources.convolution_cl]
    case .products: [common, PackageResources.tile_cl, PackageResources.products_cl]
    case .polyphase: [common, PackageResources.polyphase_cl]
    case .speed: [common, PackageResources.speed_cl]
    }
  }

  /// A hash of all sources but `speed`: together with device and driver, they determine the bits of a result.
  static let hash = String(
    SHA256.hexadecimal(of: allCases.filter { $0 != .speed }.flatMap { Array($0.source.utf8) }).prefix(16))
}
