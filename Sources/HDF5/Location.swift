import CHDF5

/// An open file, group or dataset and its place; shared by the values that refer to it.
final class Location: Sendable {
  let handle: Handle
  let place: Place
  /// Keeps the file open while anything in it is referenced.
  private let file: Location?
  /// Written by the file's driver until the handle is closed; only set for the file itself.
  let failure: WriteFailure?

  init(_ handle: consuming Handle, at place: Place, in file: Location?, failure: WriteFailure? = nil) {
    self.handle = handle
    self.place = place
    self.file = file
    self.failure = failure
  }

  /// The file's own location.
  var root: Location { file ?? self }

  /// The HDF5 identifier; `operation` is named in the error.
  ///
  /// - Throws: if the file was closed.
  func identifier(to operation: String) throws(HDF5Error) -> hid_t {
    guard H5Iis_valid(handle.value) > 0 else {
      throw place.error(.inputOutput, operation, "the file was closed")
    }
    return handle.value
  }
}
