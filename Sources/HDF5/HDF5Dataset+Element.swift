import CHDF5
import Foundation

/// The stored type of a dataset's elements.
public enum HDF5Element: Equatable, Sendable {
  case integer(bytes: Int, isSigned: Bool)
  case float(bytes: Int)
  /// An enumeration of two values, as h5py writes NumPy's bool.
  case boolean
  case string
  /// Anything else, in words.
  case other(String)
}

extension HDF5Dataset {
  /// The stored type of the elements.
  public func element() throws(HDF5Error) -> HDF5Element {
    Library.enter()
    defer { Library.leave() }
    let type = try openType("read the type")
    let size = Int(H5Tget_size(type.value))
    return switch H5Tget_class(type.value) {
    case H5T_INTEGER: .integer(bytes: size, isSigned: H5Tget_sign(type.value) != H5T_SGN_NONE)
    case H5T_FLOAT: .float(bytes: size)
    case H5T_STRING: .string
    case H5T_ENUM where size == 1 && H5Tget_nmembers(type.value) == 2: .boolean
    default: .other(typeName(type.value))
    }
  }

  /// Whether the values lie in the file `path`, rather than in others that it refers to: raw external files, sources of a
  /// virtual dataset, or the target of an external link.
  public func isStored(in path: String) throws(HDF5Error) -> Bool {
    Library.enter()
    defer { Library.leave() }
    let (operation, place) = ("read the layout", location.place)
    let identifier = try location.identifier(to: operation)
    let creation = try place.own(operation, H5Dget_create_plist(identifier))
    var name = [CChar](repeating: 0, count: path.utf8.count + 1)
    // The length returned is that of the whole name, even if the buffer is shorter.
    let length = H5Fget_name(identifier, &name, name.count)
    return H5Pget_external_count(creation.value) == 0 && H5Pget_layout(creation.value) != H5D_VIRTUAL
      && length == path.utf8.count && strcmp(name, path) == 0
  }
}
