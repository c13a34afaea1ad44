import Foundation
import TestSupport
import Testing

/// Names with the byte E9, which is é in Latin-1 and no UTF-8.
@Suite("Names that are not UTF-8")
struct NameBytesTests {
  @Test(
    "are refused on the command line and in the environment, and nothing is written elsewhere",
    arguments: [
      "\"$GANOMALY\" run digits.yaml --results \"$name\"", "\"$GANOMALY\" run \"$name\".yaml",
      "\"$GANOMALY\" plan digits.yaml --data \"$name\"", "\"$GANOMALY\" run digits.yaml --results=\"$name\"",
      "GANOMALY_DATA=\"$name\" \"$GANOMALY\" plan digits.yaml",
    ])
  func words(command: String) throws {
    try withWorkplace { workplace in
      try workplace.write(Spec.digits, to: "digits.yaml")
      let before = workplace.files()
      let outcome = try Program.run(
        shell: "name=$(printf 'caf\\351'); \(command)", in: workplace.folder)
      #expect(outcome.status == 64, "\(outcome.error)")
      #expect(outcome.error.contains("caf\\xE9"), "\(outcome.error)")
      #expect(outcome.error.contains("is not UTF-8 text (give names in UTF-8: "), "\(outcome.error)")
      #expect(outcome.output.isEmpty && outcome.isMessage)
      #expect(workplace.files() == before)
    }
  }

  @Test("of images are as good as any, and change no fingerprint")
  func images() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      let before = try workplace.run("plan", "parts.yaml", "--all")
      let renamed = try Program.run(
        shell: "mv data/parts/train/normal/7.png \"$(printf 'data/parts/train/normal/7\\351.png')\"",
        in: workplace.folder)
      #expect(renamed.status == 0)
      let outcome = try workplace.run("plan", "parts.yaml", "--all")
      #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
      #expect(outcome.output == before.output, "the ids hold")
    }
  }

  @Test("of files that are no image are told with the byte, and can be skipped")
  func skipped() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      let made = try Program.run(
        shell: "cd data/parts/train/normal && echo hello > \"$(printf 'caf\\351.txt')\"", in: workplace.folder
      )
      #expect(made.status == 0)
      let refused = try workplace.run("plan", "parts.yaml")
      #expect(refused.status == 65, "\(refused.error)")
      #expect(
        refused.error.contains("train/normal/caf\\xE9.txt: is not a PNG, JPEG, BMP, TIFF or WebP image"),
        "\(refused.error)")
      #expect(refused.error.contains("--skip-unreadable"))
      let skipped = try workplace.run("plan", "parts.yaml", "--skip-unreadable")
      #expect(skipped.status == 0, "\(skipped.error)")
      #expect(
        skipped.error.contains(
          "1 file is not an image and was skipped:\n  data/parts/train/normal/caf\\xE9.txt"))
    }
  }

  @Test("of a class are refused, since tables and specs show it, and cost the other data sets nothing")
  func classes() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      let made = try Program.run(
        shell: """
          mkdir "$(printf 'data/d\\351')" "$(printf 'data/parts/test/k\\351')"
          cp data/parts/test/scratch/*.png "$(printf 'data/parts/test/k\\351')"
          """, in: workplace.folder)
      #expect(made.status == 0, "\(made.error)")
      let outcome = try workplace.run("plan", "parts.yaml")
      #expect(outcome.status == 65, "\(outcome.error)")
      #expect(outcome.error.contains("data/parts/test/k\\xE9: the folder's name"), "\(outcome.error)")
      #expect(outcome.error.contains("(rename it)"))
      #expect(try workplace.run("data", "list").output.contains("parts  "), "other folders are still listed")
    }
  }
}
