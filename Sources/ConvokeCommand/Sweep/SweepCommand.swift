import ArgumentParser
import ConvokeSweep

/// `convoke sweep`: experiments over all combinations of parameters.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Executes every combination of parameters once, whatever is killed meanwhile.",
    discussion: """
      A file such as sweep.yaml says which parameters there are; a folder beside it, sweep.results, keeps \
      what is done. Any number of processes of this machine may work on it at the same time, and each \
      may be killed: the next one goes on.

      EXAMPLES
        convoke sweep init                                       write a first sweep.yaml
        convoke sweep run sweep.yaml -- ./bench --size {size}    on all processors of this machine
        convoke sweep run -w 'node[1-8]' --results json          over ssh
        convoke sweep status; convoke sweep list --state failed
        convoke sweep retry; convoke sweep run
        convoke sweep export --format csv > results.csv
        convoke sweep report                                     one page of HTML
      """,
    subcommands: [
      SweepInitCommand.self,
      SweepRunCommand.self,
      SweepStatusCommand.self,
      SweepWatchCommand.self,
      SweepListCommand.self,
      SweepShowCommand.self,
      SweepExplainCommand.self,
      SweepRetryCommand.self,
      SweepResetCommand.self,
      SweepSkipCommand.self,
      SweepExportCommand.self,
      SweepImportCommand.self,
      SweepPlotCommand.self,
      SweepReportCommand.self,
    ]
  )
}

extension SweepError {
  /// The exit status that goes with it.
  var status: Int32 {
    switch self.code {
    case .definition, .syntax, .networkFileSystem, .unknownCombination, .importing:
      ExitStatus.usage
    default: ExitStatus.internal
    }
  }
}
