import Settings

/// One entry of the list of data sets: its name, and where it was found.
public struct InventoryEntry: Sendable, Equatable {
  /// Whether and where a data set was found.
  public enum State: Sendable, Equatable {
    /// Embedded in the program.
    case embedded
    /// Found in this folder or archive.
    case found(String)
    /// This folder has some of the files; the missing ones are given by unpacked name.
    case incomplete(String, missing: [String])
    case absent
  }

  /// The name of a published data set, of an image folder, or of a file of arrays.
  public let title: String
  /// `folder` for image folders, `arrays` for files of arrays.
  public let dataset: DatasetName
  /// Where it was found, if anywhere.
  public let state: State
  /// What to do if it is incomplete or missing; empty otherwise.
  public let remedy: String
}

extension DataSearchPath {
  /// All published data sets in declaration order, then all image folders and files of arrays in the data
  /// folders, by name.
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
    return published
      + found(.folder, where: ImageFolder.isImageFolder)
      + found(.arrays) { path in
        ArrayFile.extensions.contains { path.hasSuffix(".\($0)") } && ArrayFile.isArrayFile(path)
      }
  }

  private func state(of finds: [DatasetFind]) -> InventoryEntry.State {
    if let complete = finds.first(where: \.isComplete) { return .found(complete.location.path) }
    if let partial = finds.first(where: { !$0.isEmpty }) {
      return .incomplete(partial.folder, missing: partial.missing)
    }
    return .absent
  }

  /// Whatever is a data set in the data folders, by name.
  private func found(_ dataset: DatasetName, where isDataset: (String) -> Bool) -> [InventoryEntry] {
    var paths: [String: String] = [:]
    for candidate in candidates {
      // Skip folders that cannot be listed; loading a data set from one reports why.
      for name in (try? FileBytes.names(in: candidate.folder)) ?? [] where paths[name] == nil {
        let path = joined(candidate.folder, name)
        if isDataset(path) { paths[name] = path }
      }
    }
    return paths.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, path in
      InventoryEntry(title: name, dataset: dataset, state: .found(path), remedy: "")
    }
  }
}
