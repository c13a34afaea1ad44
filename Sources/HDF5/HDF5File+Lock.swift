import CHDF5
import Foundation

/// HDF5 locks a file on disk while it is open: for this process alone if it can be written, against writers otherwise.
/// The lock belongs to the open file, not to the process, so a child that inherits the descriptor keeps the file locked
/// after it has been closed here.
extension HDF5File {
  /// Closes the descriptor in every program that this process starts.
  func keepFromChildren() {
    if let descriptor = descriptor() { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
  }

  /// A second descriptor for `release`, if this file can be written: a child has the first one until it executes its
  /// program.
  func writerLock() -> Int32? {
    var access: UInt32 = 0
    let isKnown = H5Fget_intent(location.handle.value, &access) >= 0
    guard isKnown, access & shim_H5F_ACC_RDWR() != 0, let descriptor = descriptor() else { return nil }
    let second = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    return second >= 0 ? second : nil
  }

  /// Unlocks a file, whoever else has its descriptor.
  static func release(_ lock: Int32) {
    flock(lock, LOCK_UN)
    Glibc.close(lock)
  }

  /// HDF5's descriptor of a file that its default driver has open on disk.
  private func descriptor() -> Int32? {
    guard let accessList = try? location.place.own("look", H5Fget_access_plist(location.handle.value)),
      H5Pget_driver(accessList.value) == shim_H5FD_SEC2()
    else { return nil }
    var descriptor: UnsafeMutableRawPointer?
    guard H5Fget_vfd_handle(location.handle.value, shim_H5P_DEFAULT(), &descriptor) >= 0 else { return nil }
    return descriptor?.load(as: Int32.self)
  }
}
