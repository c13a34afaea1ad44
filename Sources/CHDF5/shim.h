#pragma once
#include <hdf5.h>
#include <hdf5_hl.h>

// Each of these constants is a macro that contains a cast or a call to H5open(); Swift imports neither. One inline
// function each, named after the macro.

// Flags of H5Fcreate and H5Fopen: the macros first check the library version.
static inline unsigned shim_H5F_ACC_RDONLY(void) { return H5F_ACC_RDONLY; }
static inline unsigned shim_H5F_ACC_RDWR(void) { return H5F_ACC_RDWR; }
static inline unsigned shim_H5F_ACC_EXCL(void) { return H5F_ACC_EXCL; }

// Property list classes: the macros call H5open(), then read a global variable.
static inline hid_t shim_H5P_FILE_CREATE(void) { return H5P_FILE_CREATE; }
static inline hid_t shim_H5P_FILE_ACCESS(void) { return H5P_FILE_ACCESS; }
static inline hid_t shim_H5P_GROUP_CREATE(void) { return H5P_GROUP_CREATE; }
static inline hid_t shim_H5P_DATASET_CREATE(void) { return H5P_DATASET_CREATE; }
static inline hid_t shim_H5P_DATASET_XFER(void) { return H5P_DATASET_XFER; }
static inline hid_t shim_H5P_LINK_CREATE(void) { return H5P_LINK_CREATE; }
static inline hid_t shim_H5P_ATTRIBUTE_CREATE(void) { return H5P_ATTRIBUTE_CREATE; }

// The driver of files on disk: the macro calls the function that registers it.
static inline hid_t shim_H5FD_SEC2(void) { return H5FD_SEC2; }

// Defaults: casts of 0 to hid_t.
static inline hid_t shim_H5P_DEFAULT(void) { return H5P_DEFAULT; }
static inline hid_t shim_H5S_ALL(void) { return H5S_ALL; }
static inline hid_t shim_H5E_DEFAULT(void) { return H5E_DEFAULT; }

// The size that means "variable length": a cast of -1.
static inline size_t shim_H5T_VARIABLE(void) { return H5T_VARIABLE; }

// Number and string types in memory: the macros call H5open(), then read a global variable.
static inline hid_t shim_H5T_NATIVE_FLOAT(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t shim_H5T_NATIVE_DOUBLE(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t shim_H5T_NATIVE_INT8(void) { return H5T_NATIVE_INT8; }
static inline hid_t shim_H5T_NATIVE_UINT8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t shim_H5T_NATIVE_INT32(void) { return H5T_NATIVE_INT32; }
static inline hid_t shim_H5T_NATIVE_INT64(void) { return H5T_NATIVE_INT64; }
static inline hid_t shim_H5T_C_S1(void) { return H5T_C_S1; }

// Number types in a file: the same, with a fixed byte order.
static inline hid_t shim_H5T_IEEE_F32LE(void) { return H5T_IEEE_F32LE; }
static inline hid_t shim_H5T_IEEE_F64LE(void) { return H5T_IEEE_F64LE; }
static inline hid_t shim_H5T_STD_I8LE(void) { return H5T_STD_I8LE; }
static inline hid_t shim_H5T_STD_U8LE(void) { return H5T_STD_U8LE; }
static inline hid_t shim_H5T_STD_I32LE(void) { return H5T_STD_I32LE; }
static inline hid_t shim_H5T_STD_I64LE(void) { return H5T_STD_I64LE; }

// H5Literate and its callback type are macros that map to different versions in different libraries.
typedef struct {
  void (*visit)(const char *name, void *data);
  void *data;
} shim_visitor;
static inline herr_t shim_visit_link(hid_t group, const char *name, const H5L_info_t *link, void *visitor) {
  (void)group, (void)link;
  ((shim_visitor *)visitor)->visit(name, ((shim_visitor *)visitor)->data);
  return 0;
}
// Calls `visit` with the name of each link of a group, in byte order of the names.
static inline herr_t shim_visit_links(hid_t group, void (*visit)(const char *name, void *data), void *data) {
  shim_visitor visitor = {visit, data};
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, shim_visit_link, &visitor);
}

// Kinds of open objects for H5Fget_obj_count: a macro of casts and bit unions.
static inline unsigned shim_H5F_OBJ_ALL(void) { return H5F_OBJ_ALL; }
