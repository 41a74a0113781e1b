// What was started here and did not leave the process group: not this process, nor its parent, which may
// be a shell. Nobody, if the group may be that of others. Sends a signal to each, if there is one.
function groupMembers(isOurs, signal) {
  const fs = require('fs')
  const read = pid => {
    const text = fs.readFileSync('/proc/' + pid + '/stat', 'latin1')
    const [state, , group] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state, group }
  }
  try {
    const { group } = read('self')
    if (!isOurs && +group !== process.pid) return []
    return fs.readdirSync('/proc').filter(pid => {
      if (!(pid > 0) || +pid === process.pid || +pid === process.ppid) return false
      try {
        const other = read(pid)
        if (other.group !== group || 'ZX'.includes(other.state)) return false
        if (signal) process.kill(+pid, signal)
        return true
      } catch (_) {
        return false
      }
    })
  } catch (_) {
    return []
  }
}
