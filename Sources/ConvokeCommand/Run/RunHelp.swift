/// The long help of `convoke run`.
enum RunHelp {
  /// Examples, placeholders and exit status.
  static let discussion = """
    EXAMPLES
      convoke run -w 'local*4' 'echo hello from {host}'
      convoke run -w 'node[1-64]' -b uname -r        equal output once
      convoke run -w @rack2 -x node7 -f 16 -t 20m 'make -j4 check'
      convoke run -w 'node[1-8]' --values port=80,8080 'curl -s {host}:{port}'
      convoke run -w 'node[1-3]' --json uptime | jq -r 'select(.event=="ended").host'
      convoke run -w node1 --argv -- printf '%s\\n' 'no shell: $HOME *'
      tar c conf | convoke run -w 'node[1-9]' --stdin tar x -C /etc

    PLACEHOLDERS
      {host} {user} {port} {rank} {hosts} and what --values names are replaced, quoted
      for the shell where that is needed; {{host}} stands for {host} itself.

    EXIT STATUS
      0 all succeeded, 1 some command failed, 2 wrong usage, 3 some host unreachable,
      4 timed out, 5 stopped by a rule, 6 internal error, 130 interrupted; the highest
      one counts. With a single host and no -b, --diff, --live or --json: the status of
      the command itself, as ssh does.

    SIGNALS
      Ctrl-C shows who is still running, once more ends what runs on the hosts, a third
      time leaves at once. SIGUSR1 prints a table of the states.
    """
}
