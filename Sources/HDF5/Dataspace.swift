import CHDF5
import Foundation

/// Creates a dataspace: scalar for an empty shape.
func makeDataspace(_ shape: [Int], _ operation: String, at place: Place) throws(HDF5Error) -> Handle {
  precondition(shape.allSatisfy { $0 >= 0 }, "negative extent in shape \(shape)")
  if shape.isEmpty { return try place.own(operation, H5Screate(H5S_SCALAR)) }
  return try place.own(operation, H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil))
}

/// The extents of a dataspace; empty for a scalar.
///
/// - Throws: for a null dataspace (h5py's `Empty`), which has neither shape nor values.
func shape(ofDataspace space: hid_t, _ operation: String, at place: Place) throws(HDF5Error) -> [Int] {
  if H5Sget_simple_extent_type(space) == H5S_NULL {
    throw place.error(.wrongContent, operation, "it is declared without any value")
  }
  let rank = H5Sget_simple_extent_ndims(space)
  try place.check(operation, rank)
  var extents = [hsize_t](repeating: 0, count: Int(rank))
  try place.check(operation, H5Sget_simple_extent_dims(space, &extents, nil))
  return extents.map { Int(clamping: $0) }
}

/// The number of elements in `shape`, checked to fit into memory at `elementSize` bytes each.
///
/// - Throws: when a damaged file claims more than the machine's memory.
func elementCount(
  _ shape: [Int], elementSize: Int, _ operation: String, at place: Place
) throws(HDF5Error) -> Int {
  if shape.contains(0) { return 0 }
  var bytes = max(1, elementSize)
  for extent in shape {
    let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
    guard !overflow, UInt64(product) <= ProcessInfo.processInfo.physicalMemory else {
      throw place.error(.wrongContent, operation, "shape \(shape) is larger than this machine's memory")
    }
    bytes = product
  }
  return bytes / max(1, elementSize)
}
