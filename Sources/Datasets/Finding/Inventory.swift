import Settings

/// One line of the list of data sets: what it is, and where it was found.
public struct InventoryEntry: Sendable, Equatable {
  public enum State: Sendable, Equatable {
    /// Part of the program.
    case embedded
    /// The folder or archive.
    case found(String)
    /// Some files are there, others (named unpacked) are missing.
    case incomplete(String, missing: [String])
    case absent
  }

  /// The name of a published data set or of an image folder.
  public let title: String
  public let dataset: DatasetName
  public let state: State
  /// What to do when it is not there completely; empty otherwise.
  public let remedy: String
}

extension DataSearchPath {
  /// All published data sets in the order of their declaration, then every image folder that the data folders
  /// hold, by name.
  public func inventory() -> [InventoryEntry] {
    let published = DatasetName.allCases.compactMap { dataset -> InventoryEntry? in
      guard let declared = DatasetFiles.declared(for: dataset) else {
        return dataset == .digits
          ? InventoryEntry(title: dataset.rawValue, dataset: dataset, state: .embedded, remedy: "") : nil
      }
      let state = state(of: find(declared))
      var remedy = declared.remedy
      if case .found = state { remedy = "" }
      return InventoryEntry(title: dataset.rawValue, dataset: dataset, state: state, remedy: remedy)
    }
    return published + imageFolders()
  }

  private func state(of finds: [DatasetFind]) -> InventoryEntry.State {
    if let complete = finds.first(where: \.isComplete) { return .found(complete.location.path) }
    if let partial = finds.first(where: { !$0.isEmpty }) {
      return .incomplete(partial.folder, missing: partial.missing)
    }
    return .absent
  }

  private func imageFolders() -> [InventoryEntry] {
    var paths: [String: String] = [:]
    for candidate in candidates {
      // A folder that cannot be listed has nothing to offer; asking for a data set in it says why.
      for name in (try? FileBytes.names(in: candidate.folder)) ?? [] where paths[name] == nil {
        let path = joined(candidate.folder, name)
        if ImageFolder.isImageFolder(path) { paths[name] = path }
      }
    }
    return paths.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, path in
      InventoryEntry(title: name, dataset: .folder, state: .found(path), remedy: "")
    }
  }
}
