// The thread that reads and writes
//
// It answers PING and notices the end also while a task keeps the main thread busy. A busy main thread
// cannot be interrupted: when its time is over the process is killed.
const THREAD = `
const { parentPort, workerData } = require('worker_threads')
const net = require('net')
const { input, output, counter, interruptible, limit, group } = workerData
const written = new BigInt64Array(counter)
let ending = false, told = false, leaving = false, extended = false, period = 0, silence = null, interrupts = 0
const open = (fd, options) => new net.Socket(Object.assign({ fd }, options))
const reader = open(input, { readable: true, writable: false })
const writer = open(output, { readable: false, writable: true })
function end() {
  if (ending) return
  ending = true
  clearTimeout(silence)
  reader.destroy()
  // A controller beside this process ends what was started here, unless it went without a word.
  const alone = group || !told
  parentPort.postMessage({ alone })
  setTimeout(() => {
    if (alone) groupMembers(group, 'SIGKILL')
    process.kill(process.pid, 'SIGKILL')
  }, limit * 1000)
}
${groupMembers}
function leave() {
  if (leaving && !writer.writableLength) parentPort.postMessage('left')
}
function send(data) {
  writer.write(data, () => {
    Atomics.add(written, 0, BigInt(data.length))
    if (writer.writableLength < 65536) {
      if (Atomics.exchange(written, 1, 0n)) parentPort.postMessage('drain')
      leave()
    }
  })
}
function alive() {
  clearTimeout(silence)
  silence = setTimeout(end, period * 4000)
}
function interrupt() {
  if (Atomics.compareExchange(interruptible, 0, 1, 2) !== 1) return
  process.kill(process.pid, 'SIGINT')
  Atomics.store(interruptible, 0, 1)
}
writer.on('error', () => { Atomics.store(written, 2, 1n); parentPort.postMessage('drain'); parentPort.postMessage('left') })
reader.on('error', end)
reader.on('end', end)
reader.on('close', end)
let head = Buffer.alloc(9), have = 0, body = 0, ping = null
reader.on('data', chunk => {
  if (period && silence) alive()
  let at = 0
  while (at < chunk.length) {
    if (body) {
      const part = Math.min(body, chunk.length - at)
      if (ping) ping.push(Buffer.from(chunk.subarray(at, at + part)))
      body -= part
      at += part
    } else {
      const part = Math.min(9 - have, chunk.length - at)
      chunk.copy(head, have, at, at + part)
      have += part
      at += part
      if (have < 9) break
      have = 0
      body = Math.max(0, head.readInt32BE(5))
      if (interrupts && head[0] === 4 && head.readInt32BE(1) === interrupts) interrupt()
      ping = head[0] === 66 && extended && body < 100 ? [Buffer.from(head)] : null
      if (head[0] === 2) {
        told = true
        parentPort.postMessage(chunk)
        return end()
      }
    }
    if (ping && !body) {
      ping[0][0] = 67
      send(Buffer.concat(ping))
      ping = null
    }
  }
  parentPort.postMessage(chunk)
})
parentPort.on('message', message => {
  if (message instanceof Uint8Array) send(Buffer.from(message.buffer, message.byteOffset, message.byteLength))
  else if (message === 'leave') { leaving = true; leave() }
  else if (message.interruptOn) interrupts = message.interruptOn
  else {
    extended = true
    period = message.heartbeat || 0
    if (period) alive()
  }
})
`
