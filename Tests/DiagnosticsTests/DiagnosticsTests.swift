import Foundation
import TestSupport
import Testing

@testable import Diagnostics

@Suite("What users are told")
struct DiagnosticsTests {
  @Test("a problem names place, cause and hint on one line")
  func description() {
    let problem = Problem(.usage, at: "a.yaml:3:1", "unknown key 'sid'", hint: "did you mean 'side'?")
    #expect(problem.description == "a.yaml:3:1: unknown key 'sid' (did you mean 'side'?)")
    #expect(Problem(.usage, "no spec").description == "no spec")
    #expect(problem.exitStatus == 64)
  }

  @Test("a hint is given where there is none yet")
  func hint() {
    #expect(Problem(.badData, "a").hinting("b") == Problem(.badData, "a", hint: "b"))
    #expect(Problem(.badData, "a", hint: "c").hinting("b") == Problem(.badData, "a", hint: "c"))
  }

  @Test("folders are made, all that lead to one, unless a file is in the way")
  func folders() throws {
    try withTemporaryFolder { folder in
      for path in ["\(folder)/a//b/", "\(folder)/a/b/c", folder, "/", ""] {
        try createFolders(to: path, hint: "none")
      }
      var isFolder: ObjCBool = false
      #expect(FileManager.default.fileExists(atPath: "\(folder)/a/b/c", isDirectory: &isFolder))
      #expect(isFolder.boolValue)
      try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
      #expect(
        throws: Problem(
          .inputOutput, at: "\(folder)/file", "the folder cannot be created: there is a file of this name",
          hint: "take another")
      ) { try createFolders(to: "\(folder)/file/below", hint: "take another") }
    }
  }

  @Test("the nearest candidate is found, a far one is not")
  func suggestion() {
    let keys = ["learning_rate", "latent_size", "width", "beta1"]
    #expect(nearest(to: "learningRte", among: keys) == "learning_rate")
    #expect(nearest(to: "widht", among: keys) == "width")
    #expect(nearest(to: "hue", among: keys) == nil)
    #expect(nearest(to: "beta3", among: keys) == "beta1")
  }

  @Test("the edit distance counts a swap of neighbours once")
  func distance() {
    #expect(editDistance("kitten", "sitting") == 3)
    #expect(editDistance("ab", "ba") == 1)
    #expect(editDistance("", "abc") == 3)
  }
}
