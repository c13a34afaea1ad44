import CHDF5

/// An open file, group or dataset and where it stands; shared by the values that speak of it.
final class Location: Sendable {
  let handle: Handle
  let place: Place
  /// Keeps the file open as long as anything in it is held.
  private let file: Location?
  /// What the file's driver may write to until the handle is closed; of the file itself alone.
  let failure: WriteFailure?

  init(_ handle: consuming Handle, at place: Place, in file: Location?, failure: WriteFailure? = nil) {
    self.handle = handle
    self.place = place
    self.file = file
    self.failure = failure
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
