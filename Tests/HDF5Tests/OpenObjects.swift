import CHDF5
import Foundation

@testable import HDF5

/// The number of a file's objects open in this process: the file itself, groups, datasets, named types and attributes.
func openObjectCount(of path: String) -> Int {
  Library.enter()
  defer { Library.leave() }
  let all = hid_t(bitPattern: UInt64(shim_H5F_OBJ_ALL()))
  var identifiers = [hid_t](repeating: 0, count: max(0, H5Fget_obj_count(all, shim_H5F_OBJ_ALL())))
  let count = H5Fget_obj_ids(all, shim_H5F_OBJ_ALL(), identifiers.count, &identifiers)
  return identifiers.prefix(max(0, count)).count { identifier in
    var name = [CChar](repeating: 0, count: path.utf8.count + 1)
    // The length returned is that of the whole name, even if the buffer is shorter.
    return H5Fget_name(identifier, &name, name.count) == path.utf8.count && strcmp(name, path) == 0
  }
}
