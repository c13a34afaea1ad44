import CHDF5

/// A number type for datasets and attributes: `Float`, `Double`, `Int8`, `UInt8`, `Int32`, `Int64`, `Int`.
///
/// Files store numbers in little-endian order. Booleans are stored as `UInt8`, 0 or 1; those that h5py writes (an
/// enumeration over `Int8`) can be read too.
public protocol HDF5Number: BitwiseCopyable, Sendable {
  /// The corresponding HDF5 type.
  static var format: HDF5NumberFormat { get }
}

/// The standard HDF5 number types that this module writes.
public enum HDF5NumberFormat: Sendable, Equatable {
  case float32, float64, int8, uint8, int32, int64

  var memoryType: hid_t {
    switch self {
    case .float32: shim_H5T_NATIVE_FLOAT()
    case .float64: shim_H5T_NATIVE_DOUBLE()
    case .int8: shim_H5T_NATIVE_INT8()
    case .uint8: shim_H5T_NATIVE_UINT8()
    case .int32: shim_H5T_NATIVE_INT32()
    case .int64: shim_H5T_NATIVE_INT64()
    }
  }

  var fileType: hid_t {
    switch self {
    case .float32: shim_H5T_IEEE_F32LE()
    case .float64: shim_H5T_IEEE_F64LE()
    case .int8: shim_H5T_STD_I8LE()
    case .uint8: shim_H5T_STD_U8LE()
    case .int32: shim_H5T_STD_I32LE()
    case .int64: shim_H5T_STD_I64LE()
    }
  }
}

extension Float: HDF5Number { public static var format: HDF5NumberFormat { .float32 } }
extension Double: HDF5Number { public static var format: HDF5NumberFormat { .float64 } }
extension Int8: HDF5Number { public static var format: HDF5NumberFormat { .int8 } }
extension UInt8: HDF5Number { public static var format: HDF5NumberFormat { .uint8 } }
extension Int32: HDF5Number { public static var format: HDF5NumberFormat { .int32 } }
extension Int64: HDF5Number { public static var format: HDF5NumberFormat { .int64 } }
extension Int: HDF5Number { public static var format: HDF5NumberFormat { .int64 } }

/// A transfer list that never clips or truncates integers silently: reading a value that the requested integer type
/// cannot hold fails. Rounding to a floating-point type is allowed, as everywhere.
func exactTransfer(_ operation: String, at place: Place) throws(HDF5Error) -> Handle {
  let list = try place.own(operation, H5Pcreate(shim_H5P_DATASET_XFER()))
  let status = H5Pset_type_conv_cb(
    list.value,
    { _, _, destination, _, _, _ in
      H5Tget_class(destination) == H5T_INTEGER ? H5T_CONV_ABORT : H5T_CONV_UNHANDLED
    }, nil)
  try place.check(operation, status)
  return list
}
