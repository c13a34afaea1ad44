import CHDF5

/// An open group: a container of groups and datasets.
///
/// Names may be paths, relative to this group or, with a leading "/", to the root.
public struct HDF5Group: Sendable {
  let location: Location

  init(_ location: Location) { self.location = location }

  /// Its absolute path in the file.
  public var path: String { location.place.object }

  /// Its attributes.
  public var attributes: HDF5Attributes { HDF5Attributes(location) }

  /// The path of the file.
  public var filePath: String { location.place.file }

  /// A named member of a group.
  public struct Child: Sendable, Equatable {
    /// The kind of member.
    public enum Kind: Sendable, Equatable {
      case group, dataset
      /// A named type, or a dangling link.
      case other
    }

    /// Its name in the group.
    public let name: String
    /// What kind of object it is.
    public let kind: Kind
  }

  /// Creates a group and its missing parents.
  ///
  /// - Throws: `alreadyExists` if something has that name.
  @discardableResult
  public func createGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
    Library.enter()
    defer { Library.leave() }
    let place = location.place.child(name)
    let parent = try location.identifier(to: "create the group")
    let links = try linkCreationList("create the group", at: place)
    let creation = try place.own("create the group", H5Pcreate(shim_H5P_GROUP_CREATE()))
    try place.check("create the group", H5Pset_obj_track_times(creation.value, false))
    let created = H5Gcreate2(parent, name, links.value, creation.value, shim_H5P_DEFAULT())
    let group = try ownNew(created, name, "create the group")
    return HDF5Group(Location(group, at: place, in: location.root))
  }

  /// Opens a group.
  ///
  /// - Throws: `missing` if there is nothing of that name, `wrongContent` if it is not a group.
  public func openGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
    HDF5Group(try openObject(name, type: H5I_GROUP, called: "group"))
  }

  /// Opens a dataset.
  ///
  /// - Throws: `missing` if there is nothing of that name, `wrongContent` if it is not a dataset.
  public func openDataset(_ name: String) throws(HDF5Error) -> HDF5Dataset {
    HDF5Dataset(try openObject(name, type: H5I_DATASET, called: "dataset"))
  }

  /// Whether a group or dataset has that name; a dangling link does not count.
  public func exists(_ name: String) throws(HDF5Error) -> Bool {
    Library.enter()
    defer { Library.leave() }
    return try findsObject(name, "look for")
  }

  /// The direct members of this group, sorted by name in byte order.
  public func children() throws(HDF5Error) -> [Child] {
    Library.enter()
    defer { Library.leave() }
    let identifier = try location.identifier(to: "list")
    return try names().map { Child(name: $0, kind: kind(ofChild: $0, of: identifier)) }
  }

  /// The names of this group's direct members, in byte order. Unlike `children`, opens nothing.
  public func names() throws(HDF5Error) -> [String] {
    Library.enter()
    defer { Library.leave() }
    final class Names { var all: [String] = [] }
    let names = Names()
    let identifier = try location.identifier(to: "list")
    // One pass over the links: fetching them one by one is quadratic.
    let status = shim_visit_links(
      identifier,
      { name, data in
        guard let name, let data else { return }
        Unmanaged<Names>.fromOpaque(data).takeUnretainedValue().all.append(String(cString: name))
      }, Unmanaged.passUnretained(names).toOpaque())
    try location.place.check("list", status)
    return names.all
  }

  /// Removes a name, and the group or dataset it refers to unless that has other names. The file does not shrink.
  ///
  /// - Throws: `missing` if there is nothing of that name.
  public func delete(_ name: String) throws(HDF5Error) {
    Library.enter()
    defer { Library.leave() }
    let place = location.place.child(name)
    let identifier = try location.identifier(to: "delete")
    guard try findsObject(name, "delete") else {
      throw place.error(.missing, "delete", "there is nothing of this name")
    }
    try place.check("delete", H5Ldelete(identifier, name, shim_H5P_DEFAULT()))
  }

  /// Adds a hard link in this group to a dataset of the same file, whose values are not duplicated.
  ///
  /// - Throws: `alreadyExists` if something has that name.
  public func link(_ dataset: HDF5Dataset, as name: String) throws(HDF5Error) {
    Library.enter()
    defer { Library.leave() }
    let place = location.place.child(name)
    let into = try location.identifier(to: "link")
    let from = try dataset.location.identifier(to: "link")
    try refuseExisting(name, "link")
    let links = try linkCreationList("link", at: place)
    try place.check("link", H5Lcreate_hard(from, ".", into, name, links.value, shim_H5P_DEFAULT()))
  }

  /// An error that names this group, for callers who find its content invalid.
  public func refusal(_ message: String) -> HDF5Error { location.place.error(.wrongContent, "read", message) }

  /// Copies `name` of `source`, a dataset or a group with everything in it, to `newName` here; the source may be in
  /// another file. Dimension scales must be attached again, since references are not carried over.
  ///
  /// - Throws: `missing` if `name` does not exist, `alreadyExists` if `newName` does.
  public func copy(_ name: String, of source: HDF5Group, to newName: String? = nil) throws(HDF5Error) {
    Library.enter()
    defer { Library.leave() }
    let place = location.place.child(newName ?? name)
    let (from, into) = (try source.location.identifier(to: "copy"), try location.identifier(to: "copy"))
    let links = try linkCreationList("copy", at: place)
    guard H5Ocopy(from, name, into, newName ?? name, shim_H5P_DEFAULT(), links.value) < 0 else { return }
    let error = place.libraryError("copy")
    guard try source.findsObject(name, "copy") else {
      throw source.location.place.child(name).error(.missing, "copy", "there is nothing of this name")
    }
    try refuseExisting(newName ?? name, "copy")
    throw error
  }

  // MARK: - Inside the lock

  /// Takes ownership of a new object, or throws why there is none; checks only on failure, since that costs as much.
  func ownNew(_ created: hid_t, _ name: String, _ operation: String) throws(HDF5Error) -> Handle {
    if created >= 0 { return Handle(owning: created) }
    let error = location.place.child(name).libraryError(operation)
    try refuseExisting(name, operation)
    throw error
  }

  func refuseExisting(_ name: String, _ operation: String) throws(HDF5Error) {
    if try findsObject(name, operation) {
      throw location.place.child(name).error(.alreadyExists, operation, "something of this name exists")
    }
  }

  /// Link names in UTF-8, creating missing parent groups.
  func linkCreationList(_ operation: String, at place: Place) throws(HDF5Error) -> Handle {
    let list = try place.own(operation, H5Pcreate(shim_H5P_LINK_CREATE()))
    try place.check(operation, H5Pset_char_encoding(list.value, H5T_CSET_UTF8))
    try place.check(operation, H5Pset_create_intermediate_group(list.value, 1))
    return list
  }

  /// HDF5 looks up only the last component of a path and fails if an earlier one is missing, so check each.
  private func findsObject(_ name: String, _ operation: String) throws(HDF5Error) -> Bool {
    let identifier = try location.identifier(to: operation)
    let place = location.place.child(name)
    var path = name.hasPrefix("/") ? "/" : ""
    for component in name.split(separator: "/") {
      if !path.isEmpty, path != "/" {
        guard H5Oexists_by_name(identifier, path, shim_H5P_DEFAULT()) > 0,
          kind(ofChild: path, of: identifier) == .group
        else { return false }
        path += "/"
      }
      path += component
      let exists = H5Lexists(identifier, path, shim_H5P_DEFAULT())
      try place.check(operation, exists)
      if exists == 0 { return false }
    }
    return path == "/" || (!path.isEmpty && H5Oexists_by_name(identifier, path, shim_H5P_DEFAULT()) > 0)
  }

  private func openObject(_ name: String, type: H5I_type_t, called kind: String) throws(HDF5Error) -> Location
  {
    Library.enter()
    defer { Library.leave() }
    let place = location.place.child(name)
    let operation = "open the \(kind)"
    let identifier = try location.identifier(to: operation)
    // Find out why it cannot be opened only after that fails.
    let candidate = H5Oopen(identifier, name, shim_H5P_DEFAULT())
    if candidate < 0, try !findsObject(name, operation) {
      throw place.error(.missing, operation, "there is nothing of this name")
    }
    let opened =
      candidate >= 0
      ? Handle(owning: candidate)
      : try place.own(operation, H5Oopen(identifier, name, shim_H5P_DEFAULT()))
    guard H5Iget_type(opened.value) == type else {
      throw place.error(.wrongContent, operation, "it is not a \(kind)")
    }
    return Location(opened, at: place, in: location.root)
  }

  private func kind(ofChild name: String, of group: hid_t) -> Child.Kind {
    let identifier = H5Oopen(group, name, shim_H5P_DEFAULT())
    if identifier < 0 { return .other }
    let object = Handle(owning: identifier)
    return switch H5Iget_type(object.value) {
    case H5I_GROUP: .group
    case H5I_DATASET: .dataset
    default: .other
    }
  }
}
