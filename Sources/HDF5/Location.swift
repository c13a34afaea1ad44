import CHDF5

/// An open file, group or dataset and where it stands; shared by the values that speak of it.
final class Location: Sendable {
  let handle: Handle
  let place: Place
  /// Keeps the file open as long as anything in it is held.
  private let file: Location?

  init(_ handle: consuming Handle, at place: Place, in file: Location?) {
    self.handle = handle
    self.place = place
    self.file = file
  }

  /// The location whose handle is the file's.
  var root: Location { file ?? self }

  /// The identifier.
  ///
  /// - Throws: when the file was closed.
  func identifier(to operation: String) throws(HDF5Error) -> hid_t {
    guard H5Iis_valid(handle.value) > 0 else {
      throw place.error(.inputOutput, operation, "the file was closed")
    }
    return handle.value
  }
}
