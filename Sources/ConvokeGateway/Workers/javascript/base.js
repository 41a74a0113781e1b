// The JavaScript worker of Convoke: serves channels over two descriptors, with Node's own modules alone.
//
// Runs on Node 18 and later. A controller starts, with LOADER as below,
//
//     sh -c 'exec node -e "$0" 3 4 3<&0 4>&1 </dev/null >/dev/null' LOADER
//
// which moves the connection to descriptors 3 and 4, so that nothing that prints or reads, children
// included, can touch it. (Plain "node -e LOADER" serves on 0 and 1.) Then it writes one line: a string
// literal that holds the worker (the files of this folder, joined by scripts/embed-workers inside a function)
// and, after it, the call
//
//     serve({id: 'gw0-worker', options: {}})
//
// The worker answers with the byte "1", or with "0", a sentence that says why not, and its end. LOADER is
//
//     let f=require('fs'),[,i=0,o=1]=process.argv,s='',t=Buffer.alloc(65536),n;for(;;){try{
//     n=f.readSync(+i,t)}catch(e){if(e.code!='EAGAIN')throw e;Atomics.wait(new Int32Array(
//     new SharedArrayBuffer(4)),0,0,5);continue}s+=t.latin1Slice(0,n);if(!n||t[n-1]==10)break}
//     (0,eval)((0,eval)(s))(+i,+o)
//
// without its line ends. Frames, and what HELLO adds to them, are described in ../python/base.py.
//
// The source of a task is the body of an async function of channel and require:
//
//     for await (const item of channel) await channel.send(item)
//
// Values:
//
//     None, bool            null, boolean; undefined is sent as None
//     int                   number; BigInt beyond 2**53; numbers that are whole are sent as int
//     float                 number; new channel.Float(1) is sent as 1.0
//     complex               channel.Complex with re and im
//     str                   string
//     bytes                 Buffer; any Uint8Array or ArrayBuffer is sent as bytes
//     list, tuple           Array, channel.Tuple (an Array)
//     dict                  an object if all keys are strings, else a Map; a Map is sent as dict
//     set, frozenset        Set, channel.FrozenSet (a Set)
//     a channel             its Channel
//
// A list cannot be a key or a member of a set in Python: there an Array is sent as a tuple.
//
// The text must stay ASCII. Lines that are only a comment are left out before it is sent, and so is
// indentation: no string may go over a line's end.

const fs = require('fs')
const vm = require('vm')
const { Worker } = require('worker_threads')

const STATUS = 0, RECONFIGURE = 1, TERMINATE = 2, EXEC = 3, DATA = 4, CLOSE = 5, CLOSE_ERROR = 6, LAST_MESSAGE = 7
const HELLO = 64, WINDOW = 65, PING = 66, PONG = 67, UNKNOWN = 68, OUTPUT = 69
const DEFAULTS = { window: 4 << 20, grace: 5, interrupt: 2, output: false, group: false, batch: false, chdir: null, nice: null, env: null }
const BUSY = 4 << 20

class DumpError extends Error {}
class LoadError extends Error {}
class EOFError extends Error {}
class TimeoutError extends Error {}
class RemoteError extends Error {}
for (const kind of [DumpError, LoadError, EOFError, TimeoutError, RemoteError]) kind.prototype.name = kind.name
