import Testing

@Suite("The status of an experiment")
struct StatusTests {
  @Test("needs no data where runs are stored, with a summary or without")
  func noData() throws {
    try withWorkplace { workplace in
      try workplace.layOutResults()
      let known = try workplace.run("status", "parts.yaml")
      #expect(known.output.hasSuffix("2 done, 0 running, 0 missing, 0 failed\n"), "\(known.error)")
      #expect(known.error.isEmpty)
      func check() throws {
        let status = try workplace.run("status", "parts.yaml")
        #expect(status.status == 0 && status.output == known.output, "\(status.error)")
        #expect(status.error.hasPrefix("ganomaly: note: parts: no such image folder"), "\(status.error)")
      }
      try workplace.remove("data")
      try check()
      try workplace.remove("results/parts.h5")
      try check()
      try workplace.remove("results")
      let none = try workplace.run("status", "parts.yaml")
      #expect(none.status == 66 && none.error.hasPrefix("ganomaly: parts: no such image folder"))
    }
  }
}
