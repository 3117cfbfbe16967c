import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { unusedPorts } from './unused-ports.ts'

test('unused ports are distinct, can be listened on, and are none that the system hands out by itself', async () => {
  const ports = await unusedPorts(20)
  expect(new Set(ports).size).toBe(20)
  for (const port of ports) {
    expect(port).toBeLessThan(32_768)
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    await new Promise((closed) => server.close(closed))
  }
})

test('ports that one call found are not found by another, although nobody listens there yet', async () => {
  const calls = await Promise.all(Array.from({ length: 15 }, () => unusedPorts(20)))
  expect(new Set(calls.flat()).size).toBe(300)
})
