import Settings

extension Experiment {
  /// The JSON Schema (draft 2020-12) of a spec, for editors and other tools, generated from the fields against which
  /// specs are checked. Equal sources give equal text. Conditions on several values at once (a field that applies only
  /// with another's value) are in descriptions, and only `load` checks them.
  public static func jsonSchema() -> String {
    let schema = JSON.object([
      ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
      ("title", .text("GANomaly experiment")),
      ("type", .text("object")),
      ("properties", .object(SpecKey.allCases.map { ($0.rawValue, described($0)) })),
      ("additionalProperties", .flag(false)),
      (
        "anyOf",
        .array([
          .object([("required", .array([.text(SpecKey.extends.rawValue)]))]),
          .object([
            ("required", .array([.text(SpecKey.dataset.rawValue)])),
            (
              "properties",
              .object([
                (
                  SpecKey.dataset.rawValue,
                  .object([("required", .array([.text(SpecKey.kindKey)]))])
                )
              ])
            ),
          ]),
        ])
      ),
    ])
    return schema.pretty() + "\n"
  }

  private static func described(_ key: SpecKey) -> JSON {
    .object([("description", .text(key.summary))] + members(key))
  }

  private static func members(_ key: SpecKey) -> [(key: String, value: JSON)] {
    switch key {
    case .name: SettingForm.text.schema + [("pattern", .text(SpecKey.namePattern))]
    case .description, .cost, .extends, .preset: key.form?.schema ?? []
    case .engine: (key.form?.schema ?? []) + [("default", .text(ComputeEngine.cpu.rawValue))]
    case .seeds: seedsSchema
    case .sweep: sweepSchema
    case .dataset: section(DatasetSettings())
    case .protocol: section(ProtocolSettings())
    case .detector: detector
    case .detectors: detectors
    case .heldOut, .normalClass:
      [
        (
          "anyOf",
          .array([
            .object([("const", .text(SpecKey.allClasses))]),
            .object(list(of: .object([("anyOf", .array([className, .object(list(of: className))]))]))),
          ])
        ),
        ("default", .text(SpecKey.allClasses)),
      ]
    }
  }

  private static let className = JSON.object([("type", .array([.text("string"), .text("integer")]))])

  private static func list(of element: JSON) -> [(key: String, value: JSON)] {
    [
      ("type", .text("array")), ("items", element), ("minItems", .integer(1)), ("uniqueItems", .flag(true)),
    ]
  }

  /// An object whose properties are the record's fields.
  private static func section<Record: SettingsRecord>(
    _ defaults: Record, before: [(key: String, value: JSON)] = []
  ) -> [(key: String, value: JSON)] {
    let properties = Record.fields.map { field in
      let when = field.appliesWhen.isEmpty ? "" : " Applies \(field.appliesWhen)."
      let description = ("description", JSON.text(field.summary + when))
      let value = field.read(defaults)
      // A section's kind is mandatory, and an empty text means no value.
      let hasDefault = field.key != SpecKey.kindKey && value != .text("") && field.hasFixedDefault
      let members = [description] + field.form.schema + (hasDefault ? [("default", JSON(value))] : [])
      return (field.key, JSON.object(members))
    }
    return [
      ("type", .text("object")), ("properties", .object(before + properties)),
      ("additionalProperties", .flag(false)),
    ]
  }

  /// A list of detectors, or changes to a list by label.
  private static var detectors: [(key: String, value: JSON)] {
    let label: [(key: String, value: JSON)] = [
      ("description", .text("The name under which tables show it; the detector's own if absent."))
    ]
    let samples = ProtocolSettings.fields.first { $0.key == ProtocolSettings.testSamplesKey }
    let samplesOfOne: [(key: String, value: JSON)] = [
      ("description", .text("Replaces `protocol.test_samples` for this detector."))
    ]
    let entries = DetectorSettings.kinds.map { kind in
      let name = JSON.object([
        ("description", .text("The detector.")), ("enum", .array([.text(kind.detectorName)])),
      ])
      return JSON.object(
        section(
          kind.init(),
          before: [
            (SpecKey.kindKey, name), (SpecKey.labelKey, .object(label + SettingForm.text.schema)),
            (
              ProtocolSettings.testSamplesKey,
              .object(samplesOfOne + (samples?.form.schema ?? []))
            ),
          ]) + [("required", .array([.text(SpecKey.kindKey)]))])
    }
    let items = entries.count == 1 ? entries[0] : .object([("anyOf", .array(entries))])
    let list: [(key: String, value: JSON)] = [
      ("type", .text("array")), ("items", items), ("minItems", .integer(1)),
    ]
    let changes: [(key: String, value: JSON)] = [
      ("type", .text("object")), ("additionalProperties", .object([("type", .text("object"))])),
    ]
    return [("anyOf", .array([.object(list), .object(changes)]))]
  }

  /// One object for each kind of detector.
  private static var detector: [(key: String, value: JSON)] {
    let kinds = DetectorSettings.kinds.enumerated().map { index, kind in
      let name = JSON.object(
        [("description", .text("The detector.")), ("enum", .array([.text(kind.detectorName)]))]
          + (index == 0 ? [("default", .text(kind.detectorName))] : []))
      return section(kind.init(), before: [(SpecKey.kindKey, name)])
    }
    return kinds.count == 1 ? kinds[0] : [("anyOf", .array(kinds.map(JSON.object)))]
  }
}

extension SettingForm {
  /// The schema members that allow exactly the legal values.
  var schema: [(key: String, value: JSON)] {
    switch self {
    case .integer(let range):
      [
        ("type", .text("integer")), ("minimum", .integer(range.lowerBound)),
        ("maximum", .integer(range.upperBound)),
      ]
    case .integerAmong(let values, _): [("enum", .array(values.map(JSON.integer)))]
    case .number(let range): [("type", .text("number"))] + range.schema
    case .flag: [("type", .text("boolean"))]
    case .text: [("type", .text("string"))]
    case .choice(let words): [("enum", .array(words.map(JSON.text)))]
    case .list(let form, let least):
      [
        ("type", .text("array")), ("items", .object(form.schema)), ("minItems", .integer(least)),
        ("uniqueItems", .flag(true)),
      ]
    }
  }
}

extension NumberRange {
  fileprivate var schema: [(key: String, value: JSON)] {
    let low = (includesLower ? "minimum" : "exclusiveMinimum", JSON.number(lower))
    let high = (includesUpper ? "maximum" : "exclusiveMaximum", JSON.number(upper))
    return (lower.isFinite ? [low] : []) + (upper.isFinite ? [high] : [])
  }
}
