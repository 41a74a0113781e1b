import ArgumentParser
import ConvokeSweep
import Foundation

/// Which sweep is meant.
struct SweepFileOptions: ParsableArguments {
  @Argument(
    help: "The file that defines the sweep, or the folder of its results.",
    completion: .file()
  )
  var file = "sweep.yaml"

  @Option(
    help: ArgumentHelp(
      "The folder of the results. (default: FILE with .results for .yaml)",
      valueName: "dir"
    ),
    completion: .directory
  )
  var store: String?

  /// The folder of the results.
  var folder: String {
    if let store = self.store { return store }
    return self.isFolder ? self.file : SweepFile.folder(of: self.file)
  }

  private var isFolder: Bool {
    var isFolder: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: self.file, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// The definition; `nil` if a folder was named.
  func definition() throws -> SweepFile? {
    self.isFolder ? nil : try SweepFile(path: self.file)
  }

  /// Whether anything has been executed, or at least taken up.
  var hasStore: Bool {
    FileManager.default.fileExists(atPath: "\(self.folder)/\(SweepStore.fileName)")
  }

  /// Opens the store to look at it.
  func look() throws -> SweepStore {
    if !self.hasStore, !self.isFolder, FileManager.default.fileExists(atPath: self.file) {
      throw UsageError(
        "nothing of \(self.file) has been executed yet; start it with: convoke sweep run \(self.file)"
      )
    }
    return try SweepStore(self.folder, options: SweepStoreOptions().with { $0.isReadOnly = true })
  }

  /// Opens the store to change it.
  func open(_ change: (inout SweepStoreOptions) -> Void = { _ in }) throws -> SweepStore {
    if self.isFolder || self.store != nil || FileManager.default.fileExists(atPath: self.folder) {
      return try SweepStore(self.folder, options: SweepStoreOptions().with(change))
    }
    // A mistyped name must not make a folder.
    guard FileManager.default.fileExists(atPath: self.file) else {
      throw UsageError(
        "\(self.file) cannot be read; write a first one with: convoke sweep init \(self.file)"
      )
    }
    return try SweepStore(self.folder, options: SweepStoreOptions().with(change))
  }

  /// Opens the store to change states; where nothing was executed yet, with what the file says.
  func openToChange() throws -> SweepStore {
    let store = try self.open()
    if try store.definition() == nil, let definition = try self.definition() {
      try store.update(to: try definition.sweep.combinations(), text: definition.text)
    }
    return store
  }
}
