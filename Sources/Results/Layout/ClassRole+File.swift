import HDF5
import Settings

extension ClassRole {
  /// What the classes are in a group whose data sets are by class: the dimension says it by its name.
  init(of group: HDF5Group) throws(HDF5Error) {
    self = try group.exists(ClassRole.normal.key) ? .normal : .heldOut
  }
}
