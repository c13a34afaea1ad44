import Settings

/// The schemas of `seeds` and `sweep`.
extension Experiment {
  static var seedsSchema: [(key: String, value: JSON)] {
    let range: [(key: String, value: JSON)] = [
      ("type", .text("string")), ("pattern", .text("^(0|[1-9][0-9]*)\\.\\.(0|[1-9][0-9]*)$")),
    ]
    let seed = JSON.object([("anyOf", .array([.object(SpecKey.seedForm.schema), .object(range)]))])
    let list = JSON.object([
      ("type", .text("array")), ("items", seed), ("minItems", .integer(1)), ("uniqueItems", .flag(true)),
    ])
    return [
      ("anyOf", .array([list, .object(range)])), ("default", .array(defaultSeeds.map(JSON.integer))),
    ]
  }

  static var sweepSchema: [(key: String, value: JSON)] {
    object(
      SweepKey.allCases.map { ($0.rawValue, .object([("description", .text($0.summary))] + schema($0))) })
  }

  private static func schema(_ key: SweepKey) -> [(key: String, value: JSON)] {
    switch key {
    case .draws, .seed, .chooseBy: key.form?.schema ?? []
    case .halving:
      object(
        HalvingKey.allCases.map { key in
          (key.rawValue, .object([("description", .text(key.summary))] + key.form.schema))
        }) + [("required", .array(HalvingKey.allCases.map { .text($0.rawValue) }))]
    case .grid, .oneByOne: object(sweptForms.map { ($0.path, list(of: $0.form, atLeast: 1)) })
    case .random: object(sweptForms.map { ($0.path, .object(draw($0.form))) })
    }
  }

  /// Every field that a sweep can vary, for all kinds of detector; each path once.
  private static var sweptForms: [(path: String, form: SettingForm)] {
    func forms<Record: SettingsRecord>(_ type: Record.Type, _ section: SpecKey) -> [(String, SettingForm)] {
      type.fields.map { ("\(section.rawValue).\($0.key)", $0.form) }
    }
    var known: Set<String> = []
    let all =
      forms(ProtocolSettings.self, .protocol) + DetectorSettings.kinds.flatMap { forms($0, .detector) }
    return all.filter { known.insert($0.0).inserted }
  }

  private static func draw(_ form: SettingForm) -> [(key: String, value: JSON)] {
    var keys: [(key: String, value: JSON)] = []
    switch form {
    case .integer, .number:
      var range = list(of: form, atLeast: 2)
      if case .object(let members) = range { range = .object(members + [("maxItems", .integer(2))]) }
      keys += [(DrawKey.uniform.rawValue, range), (DrawKey.logUniform.rawValue, range)]
    default: break
    }
    keys.append((DrawKey.choice.rawValue, list(of: form, atLeast: 1)))
    return object(keys) + [("minProperties", .integer(1)), ("maxProperties", .integer(1))]
  }

  private static func list(of form: SettingForm, atLeast least: Int) -> JSON {
    .object(SettingForm.list(of: form, atLeast: least).schema)
  }

  private static func object(_ properties: [(key: String, value: JSON)]) -> [(key: String, value: JSON)] {
    [
      ("type", .text("object")), ("properties", .object(properties)), ("additionalProperties", .flag(false)),
    ]
  }
}
