import CHDF5
import Foundation

/// An open HDF5 file.
///
/// It stays open until `close`, or until nothing in it is referenced any more. Files are written in the oldest format
/// that can hold their content, without time stamps. All calls into this module share one lock: they may come from any
/// thread, and run one at a time.
public struct HDF5File: Sendable {
  /// Whether an opened file can be written.
  public enum Access: Sendable { case readOnly, readWrite }

  /// The file's path, as given.
  public let path: String
  /// The root group.
  public let root: HDF5Group
  let location: Location

  /// Half the children of a node of the trees that index groups and chunks. HDF5's own 16 and 32 reserve 3 KB for each small
  /// compressed dataset and half a kilobyte for each group.
  private static let treeRank: UInt32 = 2

  /// Creates a file without time stamps.
  static func create(
    _ place: Place, flags: UInt32, _ accessList: borrowing Handle, failure: WriteFailure? = nil
  ) throws(HDF5Error) -> HDF5File {
    let creationList = try place.own("create", H5Pcreate(shim_H5P_FILE_CREATE()))
    try place.check("create", H5Pset_obj_track_times(creationList.value, false))
    // A zero keeps the default: the size of a group's leaves.
    try place.check("create", H5Pset_sym_k(creationList.value, treeRank, 0))
    try place.check("create", H5Pset_istore_k(creationList.value, treeRank))
    let handle = try place.own("create", H5Fcreate(place.file, flags, creationList.value, accessList.value))
    return try HDF5File(handle, path: place.file, failure: failure)
  }

  /// Opens a file.
  ///
  /// - Throws: `missingFile` when there is none, `wrongContent` when it is not HDF5 or is truncated, `inputOutput` when
  ///   it cannot be read (or written, if requested).
  public static func open(_ path: String, _ access: Access = .readOnly) throws(HDF5Error) -> HDF5File {
    Library.enter()
    defer { Library.leave() }
    let place = Place(file: path, object: "")
    try checkReadable(path, at: place)
    if H5Fis_hdf5(path) == 0 { throw place.error(.wrongContent, "open", "it is not an HDF5 file") }
    let accessList = try accessList("open", at: place)
    let flags = access == .readOnly ? shim_H5F_ACC_RDONLY() : shim_H5F_ACC_RDWR()
    let handle = try place.own("open", H5Fopen(path, flags, accessList.value))
    let file = try HDF5File(handle, path: path)
    file.keepFromChildren()
    return file
  }

  init(
    _ handle: consuming Handle, path: String, failure: WriteFailure? = nil
  ) throws(HDF5Error) {
    self.path = path
    location = Location(handle, at: Place(file: path, object: ""), in: nil, failure: failure)
    let place = Place(file: path, object: "/")
    let opened = try place.own("open", H5Gopen2(location.handle.value, "/", shim_H5P_DEFAULT()))
    root = HDF5Group(Location(opened, at: place, in: location))
  }

  /// Closes the file and everything open in it; objects in it that are still referenced throw when used. Closing again
  /// does nothing.
  ///
  /// - Throws: when the remaining content cannot be written, as on a full disk.
  public func close() throws(HDF5Error) {
    Library.enter()
    defer { Library.leave() }
    if H5Iis_valid(location.handle.value) > 0 {
      let lock = writerLock()
      defer { lock.map(Self.release) }
      try location.place.check("close", H5Fclose(location.handle.value))
    }
  }

  /// Closing closes everything, whatever is still referenced; a file system without locks is no reason to fail.
  static func accessList(_ operation: String, at place: Place) throws(HDF5Error) -> Handle {
    let list = try place.own(operation, H5Pcreate(shim_H5P_FILE_ACCESS()))
    try place.check(operation, H5Pset_fclose_degree(list.value, H5F_CLOSE_STRONG))
    try place.check(operation, H5Pset_file_locking(list.value, true, true))
    return list
  }

  /// Reports common mistakes more clearly than HDF5's own messages.
  private static func checkReadable(_ path: String, at place: Place) throws(HDF5Error) {
    var information = stat()
    if stat(path, &information) != 0 {
      let isMissing = errno == ENOENT || errno == ENOTDIR
      throw place.error(isMissing ? .missingFile : .inputOutput, "open", String(cString: strerror(errno)))
    }
    if information.st_mode & S_IFMT == S_IFDIR { throw place.error(.wrongContent, "open", "it is a folder") }
    if Glibc.access(path, R_OK) != 0 {
      throw place.error(.inputOutput, "open", String(cString: strerror(errno)))
    }
  }
}
