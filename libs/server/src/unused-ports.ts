import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Systems assign ports from 32768 (Linux) or 49152 upwards to clients and to programs that listen on port 0. A free port from there may
// soon be used by another program; one below only by a program that asks for this number.
const first = 20_000
const end = 32_768

/** Distinct free ports of this machine, below those that the system assigns. */
export async function unusedPorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  for (let tries = 0; ports.size < count; tries++) {
    if (tries === 100 * count) throw new Error(`Found no ${count} unused ports between ${first} and ${end - 1}`)
    const port = randomInt(first, end)
    if (await isUnused(port)) ports.add(port)
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
