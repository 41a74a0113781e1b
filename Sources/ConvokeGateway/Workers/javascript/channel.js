// What a task sees. When nobody has it any more, the channel is closed.
class Channel {
  #port
  constructor(port) {
    this.#port = port
    this.id = port.id
    this.gateway = port.gateway.face
    port.handle = new WeakRef(this)
    port.gateway.dropped.register(this, port)
  }

  // Sends at once, or as soon as the other side has room; awaiting it waits for that.
  send(value) { return this.#port.send(frameOf(DATA, this.id, value)) }

  // The next value, in time (seconds); EOFError at the end, RemoteError if the other side closed with one.
  receive(timeout) {
    const port = this.#port
    if (port.callback) return Promise.reject(new Error('cannot receive: the channel has a callback'))
    const item = port.take()
    if (item) {
      port.consume(item.size)
      return Promise.resolve(item[0])
    }
    if (port.ended) return Promise.reject(port.failure())
    return new Promise((resolve, reject) => {
      const waiter = {
        done: false,
        settle(value) { waiter.done = true; clearTimeout(waiter.timer); resolve(value) },
        fail(error) { waiter.done = true; clearTimeout(waiter.timer); reject(error) },
      }
      if (timeout !== undefined && timeout !== null) {
        waiter.timer = setTimeout(() => waiter.fail(new TimeoutError(`no item after ${timeout} seconds`)), timeout * 1000)
      }
      port.waiting.push(waiter)
    })
  }

  async * [Symbol.asyncIterator]() {
    for (;;) {
      let value
      try {
        value = await this.receive()
      } catch (error) {
        if (error instanceof EOFError) return
        throw error
      }
      yield value
    }
  }

  get onmessage() { return this.#port.callback }
  set onmessage(callback) {
    this.#port.callback = callback
    this.#port.pump()
  }
  // Called once after the last message, with the error if there is one; needs onmessage.
  get onclose() { return this.#port.onclose || null }
  set onclose(callback) { this.#port.onclose = callback }

  close(error = null) {
    if (this.#port.executing) throw new Error('cannot close the channel of a task: it ends with the task')
    this.#port.close(error)
  }

  waitclose() {
    const port = this.#port
    return new Promise((resolve, reject) => {
      port.closers.push(() => port.errors.length || port.lost ? reject(port.failure()) : resolve())
      if (port.ended && (!port.callback || port.told)) port.release()
    })
  }

  get closed() { return this.#port.closed }
  isclosed() { return this.#port.closed }

  reconfigure(py2strAsPy3str = true, py3strAsPy2str = false) {
    this.#port.coercion = [py2strAsPy3str, py3strAsPy2str]
    this.#port.gateway.write(frameOf(RECONFIGURE, this.id, Tuple.from(this.#port.coercion)))
  }

  toString() { return this.#port.toString() }
}
Object.assign(Channel.prototype, { Float, Complex, Tuple, FrozenSet, RemoteError, TimeoutError, EOFError, DumpError })
