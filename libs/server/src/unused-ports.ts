import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Systems hand out ports from 32768 (Linux) or 49152 up to whoever connects or listens on port 0. One found there is
// often somebody else's a moment later; one from below goes only to a program that asks for this very number.
const first = 20_000
const end = 32_768

/** Ports of this machine below those that the system hands out by itself, distinct and free now. */
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
