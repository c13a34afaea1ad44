import Diagnostics

/// How values are layered, the later beating the earlier:
///
/// 1. the defaults of the fields;
/// 2. the values of one preset: the one named last in the layers below;
/// 3. the values written out in the specs that the file extends, the farthest first;
/// 4. the values written out in the file;
/// 5. the values of `--set key.path=value`, in their order;
/// 6. for each configuration of a `sweep`, the values that it varies. (A field that is both varied and set by an
///    option is refused; of the keys of `sweep` itself, the last of each counts.)
///
/// So a value written out anywhere beats every preset's. Sections are merged key by key, lists are replaced as a
/// whole. `name`, `description` and `cost` belong to a file and are not inherited from its bases; a section that names
/// another kind of detector begins anew. A list of `detectors` takes the place of all that layers before it say of
/// detectors; a mapping from labels changes entries of the list in force.
///
/// A field that does not apply beside the other values (`test_order` with running statistics) is refused where
/// it is written, unless it applied in its own layer and a later layer has made it idle: then it is dropped. So are
/// `held_out` and `normal_class`, of which the split decides.
/// A preset's values for fields that do not apply are dropped as well.
extension Experiment {
  /// Reads the spec at `path`.
  ///
  /// - Parameter overrides: the values of `--set` options, `key.path=value`.
  /// - Throws: everything that is wrong, each problem with its place: `.usage` for what is written,
  ///   `.missingInput` for a file that is not there, `.inputOutput` for one that cannot be read.
  public static func load(path: String, overrides: [String] = []) throws(SpecProblems) -> Experiment {
    let text: String
    do {
      text = try readSpecText(path)
    } catch {
      throw SpecProblems(error)
    }
    return try parse(text: text, path: path, overrides: overrides)
  }

  /// Reads `text` as the spec at `path`, which need not exist: it gives the places of problems, the default
  /// name and the folder of the specs that `text` extends. Throws as `load` does.
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
