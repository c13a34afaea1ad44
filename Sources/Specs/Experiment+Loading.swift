import Diagnostics

/// How values are layered; later layers override earlier ones:
///
/// 1. the defaults of the fields;
/// 2. the values of one preset: the last one named in the layers below;
/// 3. the explicit values in the specs that the file extends, the most distant first;
/// 4. the explicit values in the file;
/// 5. the values of `--set key.path=value`, in order;
/// 6. for each configuration of a `sweep`, the values that it varies. (A field that is both varied and set by an option
///    is refused; of the keys of `sweep` itself, the last of each counts.)
///
/// So an explicit value anywhere overrides every preset. Sections are merged key by key; lists are replaced as a whole.
/// `name`, `description` and `cost` belong to a file and are not inherited from its bases; a section that names another
/// kind of detector starts over. A list of `detectors` replaces everything earlier layers say about detectors; a
/// mapping from labels changes entries of the current list.
///
/// A field that does not apply given the other values (`test_order` with running statistics) is refused where it is
/// written, unless it applied in its own layer and a later layer disabled it: then it is dropped. So are `held_out` and
/// `normal_class`, depending on the split. A preset's values for fields that do not apply are dropped as well.
extension Experiment {
  /// Reads the spec at `path`.
  ///
  /// - Parameter overrides: the values of `--set` options, `key.path=value`.
  /// - Throws: all problems found, each with its place: `.usage` for wrong content, `.missingInput` for a missing file,
  ///   `.inputOutput` for an unreadable one.
  public static func load(path: String, overrides: [String] = []) throws(SpecProblems) -> Experiment {
    let text: String
    do {
      text = try readSpecText(path)
    } catch {
      throw SpecProblems(error)
    }
    return try parse(text: text, path: path, overrides: overrides)
  }

  /// Reads `text` as the spec at `path`, which need not exist: it determines the places of problems, the default name
  /// and the folder of the specs that `text` extends. Throws like `load`.
  public static func parse(
    text: String, path: String, overrides: [String] = []
  ) throws(SpecProblems) -> Experiment {
    let layers: [SpecLayer]
    do {
      layers = try specLayers(text: text, path: path)
    } catch {
      throw SpecProblems(error)
    }
    var problems: [Problem] = []
    let options = specLayer(overrides: overrides, problems: &problems)
    var resolver = SpecResolver(layers: layers + [options], source: Source(path: path, text: text))
    let experiment = resolver.experiment()
    problems += resolver.problems
    if !problems.isEmpty { throw SpecProblems(problems) }
    return experiment
  }
}
