import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Systems assign ports from 32768 (Linux) or 49152 upwards to clients and to programs that listen on port 0. A free port from there may
// soon be used by another program; one below only by a program that asks for this number.
const first = 20_000
const end = 32_768

/** Distinct free ports of this machine, below those that the system assigns. No other call finds them, until this process ends. */
export async function unusedPorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  for (let tries = 0; ports.size < count; tries++) {
    if (tries === 100 * count) throw new Error(`Found no ${count} unused ports between ${first} and ${end - 1}`)
    const port = randomInt(first, end)
    if ((await isUnused(port)) && (await isOurs(port))) ports.add(port)
  }
  return [...ports]
}

async function isUnused(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1')
  try {
    await once(probe, 'listening')
  } catch {
    return false // taken, or not ours to use: another will do
  }
  probe.close()
  await once(probe, 'close')
  return true
}

/**
 * Takes the UDP port of the same number, which does not keep a server from listening. Servers start seconds later on a busy machine, and
 * whoever looks for ports meanwhile finds the number taken.
 */
function isOurs(port: number): Promise<boolean> {
  const mark = createSocket('udp4').unref()
  return new Promise((decided) => {
    mark.once('listening', () => decided(true))
    mark.on('error', (error: NodeJS.ErrnoException) => {
      mark.close()
      // A machine that allows no UDP has no marks; the ports are as unused as before.
      decided(error.code !== 'EADDRINUSE')
    })
    mark.bind({ port, address: '127.0.0.1', exclusive: true })
  })
}
