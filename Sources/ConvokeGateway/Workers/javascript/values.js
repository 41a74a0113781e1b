// Values to bytes and back.
class Float { constructor(value) { this.value = value } valueOf() { return this.value } }
class Complex { constructor(re, im) { this.re = re; this.im = im } }
class Tuple extends Array {}
class FrozenSet extends Set {}

function op4(op, number) {
  const part = Buffer.allocUnsafe(5)
  part[0] = op
  part.writeInt32BE(number, 1)
  return part
}
const OPS = {}
for (const letter of '@ABCDEFGHIJKLMNOPQRST') OPS[letter] = letter.charCodeAt(0)
const one = letter => Buffer.from(letter)
const [O_FALSE, O_TRUE, O_NONE, O_DICT, O_SETITEM, O_STOP] = 'CRLJPQ'.split('').map(one)

function sized(parts, letter, data) {
  parts.push(op4(OPS[letter], data.length), data)
}

function float(parts, ...numbers) {
  const part = Buffer.allocUnsafe(1 + 8 * numbers.length)
  part[0] = numbers.length === 1 ? OPS.D : OPS.T
  numbers.forEach((number, index) => part.writeDoubleBE(number, 1 + 8 * index))
  parts.push(part)
}

function dump(parts, value, hashable = false) {
  switch (typeof value) {
    case 'number':
      if (!Number.isInteger(value) || Object.is(value, -0)) float(parts, value)
      else if (value >= -0x80000000 && value <= 0x7fffffff) parts.push(op4(OPS.F, value))
      else sized(parts, 'H', Buffer.from(BigInt(value).toString()))
      return
    case 'string':
      if (value.isWellFormed && !value.isWellFormed()) throw new DumpError('a string with half a surrogate pair')
      return sized(parts, 'N', Buffer.from(value))
    case 'boolean':
      parts.push(value ? O_TRUE : O_FALSE)
      return
    case 'undefined':
      parts.push(O_NONE)
      return
    case 'bigint':
      if (BigInt.asIntN(32, value) === value) parts.push(op4(OPS.F, Number(value)))
      else sized(parts, 'H', Buffer.from(value.toString()))
      return
    case 'object':
      break
    default:
      throw new DumpError(`can't serialize a ${typeof value}`)
  }
  if (value === null) parts.push(O_NONE)
  else if (Array.isArray(value)) {
    if (hashable || value instanceof Tuple) {
      for (const item of value) dump(parts, item, hashable)
      parts.push(op4(OPS['@'], value.length))
    } else {
      parts.push(op4(OPS.K, value.length))
      for (let index = 0; index < value.length; index++) {
        parts.push(op4(OPS.F, index))
        dump(parts, value[index])
        parts.push(O_SETITEM)
      }
    }
  } else if (ArrayBuffer.isView(value)) sized(parts, 'A', Buffer.from(value.buffer, value.byteOffset, value.byteLength))
  else if (value instanceof ArrayBuffer) sized(parts, 'A', Buffer.from(value))
  else if (value instanceof Map) {
    parts.push(O_DICT)
    for (const [key, item] of value) {
      dump(parts, key, true)
      dump(parts, item)
      parts.push(O_SETITEM)
    }
  } else if (value instanceof Set) {
    for (const item of value) dump(parts, item, true)
    parts.push(op4(hashable || value instanceof FrozenSet ? OPS.E : OPS.O, value.size))
  } else if (value instanceof Channel) parts.push(op4(OPS.B, value.id))
  else if (value instanceof Float) float(parts, value.value)
  else if (value instanceof Complex) float(parts, value.re, value.im)
  else {
    const kind = Object.getPrototypeOf(value)
    if (kind !== null && kind !== Object.prototype) throw new DumpError(`can't serialize a ${kind.constructor?.name}`)
    parts.push(O_DICT)
    for (const key of Object.keys(value)) {
      dump(parts, key)
      dump(parts, value[key])
      parts.push(O_SETITEM)
    }
  }
}

function frame(code, id, payload = Buffer.alloc(0)) {
  const head = Buffer.allocUnsafe(9)
  head.writeInt8(code, 0)
  head.writeInt32BE(id, 1)
  head.writeInt32BE(payload.length, 5)
  return payload.length ? Buffer.concat([head, payload]) : head
}

function frameOf(code, id, value) {
  const head = Buffer.allocUnsafe(9)
  const parts = [head]
  try {
    dump(parts, value)
  } catch (error) {
    throw error instanceof RangeError ? new DumpError("can't serialize: nested too deeply") : error
  }
  parts.push(O_STOP)
  let size = -9
  for (const part of parts) size += part.length
  if (size > 0x7fffffff) throw new DumpError(`too long: ${size} bytes`)
  head.writeInt8(code, 0)
  head.writeInt32BE(id, 1)
  head.writeInt32BE(size, 5)
  return Buffer.concat(parts, size + 9)
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
function text(data) {
  const result = data.toString('utf8')
  // Only what has a replacement character can be wrong.
  return result.includes('\ufffd') ? strict.decode(data) : result
}

function load(data, coercion = [true, false], channelOf = null) {
  try {
    return loadStack(data, coercion, channelOf)
  } catch (error) {
    throw error instanceof LoadError ? error : new LoadError(`no value: ${error.message}`)
  }
}

function loadStack(data, coercion, channelOf) {
  const stack = []
  let at = 0
  for (;;) {
    const op = data[at++]
    switch (op) {
      case OPS.F: case OPS.G: stack.push(data.readInt32BE(at)); at += 4; break
      case OPS.P: {
        if (stack.length < 3) throw new LoadError('no value: nothing to set')
        const value = stack.pop(), key = stack.pop(), target = stack[stack.length - 1]
        if (Array.isArray(target) && Number.isInteger(key) && key >= -target.length && key < target.length) {
          target[key < 0 ? key + target.length : key] = value
        } else if (target instanceof Map) target.set(key, value)
        else throw new LoadError('no value: cannot set an item')
        break
      }
      case OPS.L: stack.push(null); break
      case OPS.R: stack.push(true); break
      case OPS.C: stack.push(false); break
      case OPS.D: stack.push(data.readDoubleBE(at)); at += 8; break
      case OPS.T: stack.push(new Complex(data.readDoubleBE(at), data.readDoubleBE(at + 8))); at += 16; break
      case OPS.J: stack.push(new Map()); break
      case OPS.Q:
        if (stack.length !== 1) throw new LoadError(`no value: ${stack.length} values at the end`)
        return finished(stack[0])
      default: {
        const size = data.readInt32BE(at)
        at += 4
        if (op === OPS.B) {
          if (!channelOf) throw new LoadError('no value: a channel, where none can be')
          stack.push(channelOf(size))
        } else if (op === OPS.K) {
          if (size < 0 || size > Math.max(1000, data.length - at)) throw new LoadError('no value: too long a list')
          stack.push(new Array(size).fill(null))
        } else if (op === OPS['@'] || op === OPS.O || op === OPS.E) {
          if (size < 0 || size > stack.length) throw new LoadError(`no value: ${stack.length} items of ${size}`)
          const items = stack.splice(stack.length - size, size).map(finished)
          if (op === OPS['@']) stack.push(items.length ? Tuple.from(items) : new Tuple())
          else stack.push(op === OPS.O ? new Set(items) : new FrozenSet(items))
        } else {
          if (size < 0 || at + size > data.length) throw new LoadError('no value: it ends too early')
          const part = data.subarray(at, at + size)
          at += size
          if (op === OPS.N) stack.push(coercion[1] ? Buffer.from(part) : text(part))
          else if (op === OPS.A) stack.push(Buffer.from(part))
          else if (op === OPS.M) stack.push(coercion[0] ? part.toString('latin1') : Buffer.from(part))
          else if (op === OPS.S) stack.push(text(part))
          else if (op === OPS.H || op === OPS.I) {
            const number = BigInt(part.toString('latin1').trim().replace(/_/g, ''))
            const small = number >= -(2n ** 53n) && number <= 2n ** 53n
            stack.push(small ? Number(number) : number)
          } else throw new LoadError(`no value: unknown opcode ${op}`)
        }
      }
    }
  }
}

// A dict is a Map while it is built. One whose keys are strings becomes an object, once it is whole.
function finished(value) {
  if (value instanceof Map) {
    let plain = true
    for (const [key, item] of value) {
      plain = plain && typeof key === 'string'
      if (typeof item === 'object' && item !== null) value.set(key, finished(item))
    }
    return plain ? Object.fromEntries(value) : value
  }
  if (Array.isArray(value) && !(value instanceof Tuple)) {
    for (let index = 0; index < value.length; index++) {
      if (typeof value[index] === 'object' && value[index] !== null) value[index] = finished(value[index])
    }
  }
  return value
}
