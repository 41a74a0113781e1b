extension ShellProgram {
  /// The source for JavaScript workers, around Node's module `repl`.
  ///
  /// Results go to standard output and errors to standard error. What is printed goes over the same
  /// channel, so that the order stays.
  static let javascript = #"""
    const repl = require('repl'), { Readable, Writable } = require('stream')
    const control = await channel.receive()
    channel.gateway.interruptOn(control)
    const say = (kind, value) => {
      const sent = channel.send([kind, value])
      channel.gateway.flush()
      return sent
    }
    const stream = route => new Writable({
      decodeStrings: false,
      write(data, _, done) {
        if (this.isOver) return done()
        // No promise where none is needed: an interrupt drops what waits for the end of the turn.
        const sent = say(...route(String(data)))
        if (sent) sent.then(() => done(), done)
        else done()
      },
    })
    const left = 'the shell ends'
    const routeOfPrompt = text => {
      if (!/^Uncaught[ :]/m.test(text)) return [1, text]
      if (text.includes('ERR_SCRIPT_EXECUTION_INTERRUPTED')) {
        if (isEvaluating) {
          signals += 1
          renewStreams()
        }
        return [2, 'Interrupted\n']
      }
      return [2, text.includes(left) ? '' : text]
    }
    // An interrupt in the middle of a write leaves a stream that waits for ever, so there are new ones then.
    let streams = {}
    const consoleBefore = globalThis.console, exit = process.exit, { Console } = console
    const renewStreams = () => {
      for (const name in streams) streams[name].isOver = true
      streams = { stdout: stream(text => [1, text]), stderr: stream(text => [2, text]) }
      globalThis.console = new Console(streams)
    }
    renewStreams()
    const before = {}
    for (const name of Object.keys(streams)) {
      before[name] = Object.getOwnPropertyDescriptor(process, name)
      Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => streams[name] })
    }
    const input = new Readable({ read() {} }), lines = []
    let status = 0, isReady = false, isOver = false
    // A line waits until the one before it is done with: Node would run it beside one that awaits.
    const feed = () => {
      if (!isReady || isOver || !lines.length) return
      isReady = false
      input.push(lines.shift())
    }
    const server = repl.start({
      input, output: stream(routeOfPrompt), prompt: '', terminal: false, useColors: false, useGlobal: true,
      ignoreUndefined: true, breakEvalOnSigint: true,
    })
    server.prompt = () => {
      say(0, server.getPrompt() !== '')
      isReady = true
      setImmediate(feed)
    }
    // An interrupt comes as an item and, while Node evaluates and watches for that, as a signal too, which Node
    // may miss as the evaluation ends. So an item counts where no signal did: it ends what awaits.
    const takers = server.listeners('SIGINT'), listeners = process.listeners('SIGINT')
    let isEvaluating = false, isMissed = false, signals = 0, items = 0
    const interrupt = () => { if (!isReady) for (const take of takers) take.call(server) }
    control.onmessage = () => {
      items += 1
      if (items <= signals) return
      signals = items
      interrupt()
    }
    // Node calls this with `false` once it watches, and again before it no longer does: a signal at any
    // other time would end the process.
    server._setRawMode = mode => {
      if (mode === false) channel.gateway.allowInterrupts()
      else channel.gateway.forbidInterrupts()
    }
    server.removeAllListeners('SIGINT').on('SIGINT', () => {
      signals += 1
      isMissed = true
    })
    const listen = () => process.off('SIGINT', interrupt).on('SIGINT', interrupt)
    process.removeAllListeners('SIGINT')
    listen()
    const evaluate = server.eval
    server.eval = (code, context, file, done) => {
      process.off('SIGINT', interrupt)
      isMissed = false
      isEvaluating = true
      evaluate.call(server, code, context, file, (...results) => {
        listen()
        done(...results)
      })
      isEvaluating = false
      listen()
      if (isMissed) interrupt()
    }
    process.exit = code => {
      status = Number(code ?? process.exitCode ?? 0) & 255
      isOver = true
      server.close()
      throw new Error(left)
    }
    const ended = new Promise(resolve => server.on('exit', resolve)).then(() => { isOver = true })
    try {
      server.displayPrompt()
      while (!isOver) {
        const line = await Promise.race([ended, channel.receive()])
        if (line === 0) {
          server.clearBufferedCommand()
          server.displayPrompt()
        } else if (!isOver) {
          lines.push(line === null ? null : line + '\n')
          feed()
        }
        if (line === null) await ended
      }
      await say(3, status)
    } finally {
      process.removeAllListeners('SIGINT')
      for (const listener of listeners) process.on('SIGINT', listener)
      globalThis.console = consoleBefore
      process.exit = exit
      for (const name in before) Object.defineProperty(process, name, before[name])
    }
    """#
}
