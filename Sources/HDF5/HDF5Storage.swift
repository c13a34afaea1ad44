import CHDF5

/// How a dataset's values are stored in the file.
public enum HDF5Storage: Sendable, Equatable {
  /// In one block, uncompressed.
  case contiguous
  /// In chunks, shuffled (bytes of equal significance grouped) and deflated at a zlib level, 0...9.
  ///
  /// `chunk` has one extent per dimension; nil makes chunks of whole rows of about a megabyte. Scalars and empty arrays
  /// stay contiguous, since HDF5 cannot chunk them.
  case compressed(level: Int = 6, chunk: [Int]? = nil)

  /// The creation list for a dataset of `shape`, without time stamps, so that equal content gives equal bytes.
  func creationList(
    shape: [Int], elementSize: Int, _ operation: String, at place: Place
  ) throws(HDF5Error) -> Handle {
    let list = try place.own(operation, H5Pcreate(shim_H5P_DATASET_CREATE()))
    try place.check(operation, H5Pset_obj_track_times(list.value, false))
    // Otherwise HDF5 reserves 256 bytes for attributes; those that are written still find room.
    try place.check(operation, H5Pset_dset_no_attrs_hint(list.value, true))
    guard case .compressed(let level, let chunk) = self, !shape.isEmpty, !shape.contains(0) else {
      return list
    }
    precondition((0...9).contains(level), "zlib has no level \(level)")
    let extents = chunk ?? Self.automaticChunk(shape: shape, elementSize: elementSize)
    precondition(
      extents.count == shape.count && zip(extents, shape).allSatisfy { (1...$1).contains($0) },
      "chunk \(extents) does not fit into shape \(shape)")
    try place.check(operation, H5Pset_chunk(list.value, Int32(extents.count), extents.map { hsize_t($0) }))
    try place.check(operation, H5Pset_shuffle(list.value))
    try place.check(operation, H5Pset_deflate(list.value, UInt32(level)))
    return list
  }

  /// The largest chunk of whole trailing dimensions within a megabyte.
  static func automaticChunk(shape: [Int], elementSize: Int) -> [Int] {
    var room = max(1, (1 << 20) / elementSize)
    var chunk = shape
    for axis in shape.indices.reversed() {
      chunk[axis] = min(shape[axis], room)
      room = max(1, room / chunk[axis])
    }
    return chunk
  }
}
