import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

/*
 * Loaded into each process of a platform by `--import`, before its program. Whoever connects to the process's socket is sent what the
 * process still holds after its garbage was collected.
 */

const folder = process.env.BENCH_LIVE_MEMORY
if (folder !== undefined && isMainThread) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const server = createServer(async (socket) => {
    socket.on('error', () => {})
    // Objects that finalizers release in the first collection are garbage in the second. Another thread frees buffers.
    for (let time = 0; time < 2; time++) {
      collect()
      await sleep(100)
    }
    const { heapUsed, external } = process.memoryUsage()
    socket.end(JSON.stringify({ heapBytes: heapUsed, outsideBytes: external }))
  })
  server.listen(join(folder, `${process.pid}.sock`)).unref()
}
