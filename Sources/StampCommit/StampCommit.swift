import Foundation
import PackagePlugin

/// Writes the commit to a source file before every build, so that no result names sources other than those it was made
/// with. (`Context.gitInformation` in the manifest is only evaluated when the manifest changes.)
@main
struct StampCommit: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let folder = context.pluginWorkDirectoryURL
    let sources = context.package.directoryURL
    return [
      .prebuildCommand(
        displayName: "Stamping the commit", executable: URL(fileURLWithPath: "/bin/sh"),
        arguments: [
          sources.appending(path: "Sources/StampCommit/stamp.sh").path, sources.path,
          folder.appending(path: "Stamp.swift").path,
        ],
        outputFilesDirectory: folder)
    ]
  }
}
