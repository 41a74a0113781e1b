import ConvokeWorker
import Glibc

/// The worker as a program of its own: it serves a controller over standard input and output.
@main
enum ConvokeWorkerCommand {
  private static let help = """
    convoke-worker serves a controller over its standard input and output; it is started by convoke
    (-w 'ssh=HOST//swift'), and by genuine execnet as popen//python=PATH-OF-CONVOKE-WORKER.
    """

  static func main() async {
    await Worker.serveIfAsked()
    if isatty(STDIN_FILENO) == 1 || CommandLine.arguments.contains("--help") {
      print(self.help)
      exit(CommandLine.arguments.contains("--help") ? 0 : 2)
    }
    // The arguments are those for an interpreter: execnet's `-u -c LOADER`.
    await Worker.serve()
  }
}
