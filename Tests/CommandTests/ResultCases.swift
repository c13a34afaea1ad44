import Foundation
import HDF5
import TestSupport

extension BadInput {
  private static let summary = "results/parts.h5"

  /// The finished experiment with one change, and a command on it.
  private static func finished(
    _ title: String, _ arguments: String, status: Int32 = 65, _ words: String...,
    change: @escaping @Sendable (Workplace, FinishedExperiment) throws -> Void
  ) -> BadInput {
    var bad = BadInput(title, status) { workplace in
      try change(workplace, workplace.layOutResults())
      return arguments.split(separator: " ").map(String.init)
    }
    bad.words = words
    return bad
  }

  /// Changes an HDF5 file in place.
  private static func edit(_ workplace: Workplace, _ name: String, _ change: (HDF5Group) throws -> Void)
    throws
  {
    try unseal(workplace.path(name))
    let file = try HDF5File.open(workplace.path(name), .readWrite)
    try change(file.root)
    try file.close()
  }

  static let results = folders + summaries + runFiles + failures + tables + otherKinds

  private static let folders = [
    finished(
      "a file as results folder", "run parts.yaml --results parts.yaml", status: 74,
      "parts.yaml: is a file, not the folder of results", "give another with --results"
    ) { _, _ in },
    finished(
      "a plan with a file as results folder", "plan parts.yaml --results parts.yaml", status: 74,
      "parts.yaml: is a file, not the folder of results"
    ) { _, _ in },
    finished(
      "a results folder below a file", "run parts.yaml --results parts.yaml/results", status: 74,
      "parts.yaml: the folder cannot be created: there is a file of this name", "give another with --results"
    ) { _, _ in },
    finished(
      "a results folder that cannot be", "run parts.yaml --results /proc/results", status: 74,
      "/proc/results: the folder cannot be created", "give another with --results"
    ) { _, _ in },
    finished(
      "a file in the way of the runs", "run parts.yaml --results other", status: 74,
      "other/parts: the folder cannot be created: there is a file of this name"
    ) { workplace, _ in try workplace.write("hello", to: "other/parts") },
  ]

  private static let summaries = [
    finished(
      "a summary that is not HDF5", "plan parts.yaml", "\(summary): it is not an HDF5 file", "move it away"
    ) {
      workplace, _ in try workplace.write("hello", to: summary)
    },
    finished("a folder as summary", "run parts.yaml", "\(summary): it is a folder", "move it away") {
      workplace, _ in
      try workplace.remove(summary)
      try workplace.createFolder(summary)
    },
    finished(
      "a foreign summary", "run parts.yaml", "\(summary): an HDF5 file, but not a ganomaly summary",
      "move it away"
    ) {
      workplace, _ in
      try workplace.remove(summary)
      try writeHDF5(workplace.path(summary))
    },
    finished(
      "a summary of a newer schema", "plan parts.yaml",
      "\(summary): the file has schema version 99, this program "
        + "reads 4", "use a newer ganomaly"
    ) { workplace, _ in
      try edit(workplace, summary) { try $0.attributes.write(99, to: "schema_version") }
    },
    finished(
      "a summary cut short", "run parts.yaml", "\(summary): it is damaged or cut short", "move it away"
    ) {
      workplace, finished in
      try workplace.write(Array(finished.summary.prefix(finished.summary.count / 2)), to: summary)
    },
    finished(
      "a summary without runs", "plan parts.yaml", "\(summary):/runs: there is nothing", "move it away"
    ) {
      workplace, _ in try edit(workplace, summary) { try $0.delete("runs") }
    },
    finished(
      "a summary whose run is damaged", "run parts.yaml --set seeds=[0,1,2]", "\(summary):/runs/",
      "move it away"
    ) { workplace, finished in
      try edit(workplace, summary) { try $0.delete("runs/\(finished.identifiers[0])/history") }
      for identifier in finished.identifiers { try workplace.remove(Workplace.runFile(identifier)) }
    },
  ]

  private static let runFiles = [
    finished("garbage for a run", "run parts.yaml", ".h5: it is not an HDF5 file", "the run is repeated") {
      workplace, finished in
      try workplace.write("garbage", to: Workplace.runFile(finished.identifiers[0]))
    },
    finished("a run cut short", "plan parts.yaml", "it is damaged or cut short", "the run is repeated") {
      workplace, finished in
      let identifier = finished.identifiers[1]
      try workplace.write(
        Array(finished.runs[identifier, default: []].dropLast(1000)), to: Workplace.runFile(identifier))
    },
    finished("a run of another name", "run parts.yaml", "the file holds run ", "rename it back") {
      workplace, finished in
      let identifiers = finished.identifiers
      try workplace.write(finished.runs[identifiers[0], default: []], to: Workplace.runFile(identifiers[1]))
    },
    finished(
      "a summary for a run", "plan parts.yaml", "a summary, not a run file"
    ) {
      workplace, finished in
      try workplace.write(finished.summary, to: Workplace.runFile(finished.identifiers[0]))
    },
    finished(
      "a run without scores", "run parts.yaml", "/run/scores: there is nothing", "is repeated"
    ) {
      workplace, finished in
      try edit(workplace, Workplace.runFile(finished.identifiers[0])) { try $0.delete("run/scores") }
    },
    finished(
      "a run of too few evaluations", "run parts.yaml", "/run/whole_test/auroc: its shape is [1, 2]",
      "is repeated"
    ) {
      workplace, finished in
      try edit(workplace, Workplace.runFile(finished.identifiers[0])) { root in
        try root.delete("run/whole_test/auroc")
        try root.write([0.5, 0.5], shape: [1, 2], to: "run/whole_test/auroc")
      }
    },
    finished("a run with a best epoch of 9", "run parts.yaml", "/run/history: epoch 9 is outside 1 to 1") {
      workplace, finished in
      try edit(workplace, Workplace.runFile(finished.identifiers[0])) { root in
        let name = "run/history/best_epoch"
        let shape = try root.openDataset(name).shape()
        try root.delete(name)
        try root.write([Int](repeating: 9, count: shape[0]), shape: shape, to: name)
      }
    },
  ]

  private static let failures = [
    finished(
      "a record of a failure that is none", "plan parts.yaml", ".failed: it is not a record of a failure",
      "--retry-failed"
    ) { workplace, finished in
      let identifier = finished.identifiers[0]
      try workplace.remove(summary)
      try workplace.remove(Workplace.runFile(identifier))
      try workplace.write("hello", to: "results/parts/runs/\(identifier).failed")
    },
    finished(
      "a failure of an unknown kind", "table \(summary)", "/failures/kind: 'tired' is not a kind", "move it"
    ) {
      workplace, _ in
      try edit(workplace, summary) { root in
        try root.delete("failures")
        for name in [
          "run", "title", "detector", "configuration", "held_out", "kind", "cause", "hint", "commit", "time",
        ] {
          try root.write([name == "kind" ? "tired" : "x"], to: "failures/\(name)")
        }
        for name in ["epochs", "seed", "last_good_epoch"] {
          try root.write([0], shape: [1], to: "failures/\(name)")
        }
      }
    },
  ]

  /// Intact files that are named by mistake: what must not be done is to move them away.
  private static let otherKinds = [
    finished(
      "a summary to score with", "score \(summary) data/parts/test", "\(summary): a summary, not a run file",
      "(name a run file, such as results/mnist/runs/0123456789abcdef.h5)"
    ) { _, _ in },
    finished(
      "a spec to score with", "score parts.yaml data/parts/test", "parts.yaml: it is not an HDF5 file",
      "(name a run file, such as results/mnist/runs/0123456789abcdef.h5)"
    ) { _, _ in },
    finished(
      "a spec to export", "export parts.yaml --format onnx", "parts.yaml: it is not an HDF5 file",
      "(name a run file, such as results/mnist/runs/0123456789abcdef.h5)"
    ) { _, _ in },
  ]

  private static let tables = [
    finished("a table of nothing", "table nothing.h5", status: 66, "nothing.h5: no such file", "ganomaly run")
    {
      _, _ in
    },
    finished(
      "a table of a spec without results", "table parts.yaml --results none", status: 66,
      "none/parts.h5: no such file", "ganomaly run"
    ) { _, _ in },
    finished("a table of a spec by another name", "table parts.yml", status: 66, "parts.yml: no such file") {
      _, _ in
    },
    finished("a table of a text", "table data/notes", "data/notes: it is not an HDF5 file", "name a summary")
    {
      workplace, _ in try workplace.write("hello", to: "data/notes")
    },
    finished("a table of a folder", "table results", "results: it is a folder", "name a summary") { _, _ in },
    finished(
      "a table of a foreign file", "table a.h5", "a.h5: an HDF5 file, but not a ganomaly summary",
      "name a summary"
    ) {
      workplace, _ in try writeHDF5(workplace.path("a.h5"))
    },
    finished(
      "a table of a run", "table run.h5", "run.h5: a run file, not a summary",
      "name a summary"
    ) { workplace, finished in
      try workplace.write(finished.runs[finished.identifiers[0], default: []], to: "run.h5")
    },
    finished("a table without a measure", "table \(summary)", "\(summary):/auc/auroc: there is nothing") {
      workplace, _ in try edit(workplace, summary) { try $0.delete("auc/auroc") }
    },
    finished("a table of another shape", "table \(summary)", "/auc/auroc: its shape is [3]", "move it away") {
      workplace, _ in
      try edit(workplace, summary) { root in
        try root.delete("auc/auroc")
        try root.write([1.0, 2, 3], shape: [3], to: "auc/auroc")
      }
    },
  ]
}
