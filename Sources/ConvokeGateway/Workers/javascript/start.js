// Start: gives the function that serves on two descriptors.
const start = ({ id = 'worker', options = {} }) => (input, output) => {
  try {
    const unknown = Object.keys(options).filter(key => !(key in DEFAULTS))
    if (unknown.length) throw new Error(`unknown option ${unknown.join(', ')}`)
    if (options.chdir) {
      fs.mkdirSync(options.chdir, { recursive: true })
      process.chdir(options.chdir)
    }
    if (options.nice) require('os').setPriority(require('os').getPriority() + options.nice)
    Object.assign(process.env, options.env)
    const gateway = new Gateway(id, Object.assign({}, DEFAULTS, options), input, output)
    gateway.redirect(output !== 1)
    // A stray error of one task must not end the others.
    for (const event of ['uncaughtException', 'unhandledRejection']) {
      process.on(event, error => process.stderr.write(stack(error) + '\n'))
    }
    process.on('SIGINT', () => {}) // the controller ends its workers
    gateway.thread.postMessage(Buffer.from('1'))
  } catch (error) {
    fs.writeSync(output, `0${error.message.replace(/\n/g, ' ')}\n`)
    process.stderr.write(`worker: ${error.message}\n`)
    process.exitCode = 1
  }
}
