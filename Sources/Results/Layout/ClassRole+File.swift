import HDF5
import Settings

extension ClassRole {
  /// The role of the classes in a group whose data sets are by class, from the name of that dimension.
  init(of group: HDF5Group) throws(HDF5Error) {
    self = try group.exists(ClassRole.normal.key) ? .normal : .heldOut
  }
}
