import Diagnostics
import Foundation

/// An event file that TensorBoard can read while it grows.
final class EventFile {
  let path: String
  private let file: FileHandle

  private static let hint = "make room there, or give another folder with --tensorboard"

  /// Creates a file in `folder`, named so that TensorBoard finds it and no two share a name.
  ///
  /// - Throws: `Problem` when it cannot be created.
  init(folder: String, time: Date) throws {
    try createFolders(to: folder, hint: "give another with --tensorboard")
    let seconds = Int(time.timeIntervalSince1970)
    let host = ProcessInfo.processInfo.hostName
    var number = 0
    var path = ""
    var descriptor: Int32 = -1
    repeat {
      path = "\(folder)/events.out.tfevents.\(seconds).\(host).\(getpid()).\(number)"
      descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      number += 1
    } while descriptor < 0 && errno == EEXIST
    guard descriptor >= 0 else {
      throw Problem(.inputOutput, at: path, "cannot be created: \(systemReason())", hint: Self.hint)
    }
    self.path = path
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try append(.fileVersion(time: time.timeIntervalSince1970))
  }

  /// - Throws: `Problem` if the event cannot be written, as on a full disk.
  func append(_ event: TensorBoardEvent) throws(Problem) {
    do {
      try file.write(contentsOf: Data(EventRecord.framed(event.bytes)))
    } catch {
      throw Problem(.inputOutput, at: path, "cannot be written: \(systemReason(error))", hint: Self.hint)
    }
  }
}
