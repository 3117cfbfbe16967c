import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

/** The results of the calls through a balancer. */
interface BalancerCounts {
  calls: number
  /** Responses 503 with Retry-After, after which the call was repeated. */
  repeated: number
  /** Failures that a client could not repeat, in words. */
  readonly failures: string[]
}

const lookMs = 500
/** How long a client repeats a call before it gives up. */
const patienceMs = 60_000

/**
 * A load balancer in front of gateways, as operators have one: it asks each gateway for `/readyz` and sends calls to those that are ready.
 * A client behind it repeats calls that get 503 with Retry-After.
 */
export async function startPatientBalancer(port: number, upstreams: readonly string[]) {
  const agent = new Agent({ keepAlive: true })
  const counts: BalancerCounts = { calls: 0, repeated: 0, failures: [] }
  const ready = new Set(upstreams)
  let turn = 0
  const look = async (upstream: string) => {
    const answer = await fetch(`${upstream}/readyz`, { signal: AbortSignal.timeout(lookMs) }).catch(() => undefined)
    if (answer?.ok) ready.add(upstream)
    else ready.delete(upstream)
    await answer?.body?.cancel()
  }
  const timer = setInterval(() => void Promise.all(upstreams.map(look)), lookMs)

  const once503 = async (call: IncomingMessage, body: Buffer): Promise<IncomingMessage> => {
    const began = performance.now()
    for (;;) {
      const usable = upstreams.filter((upstream) => ready.has(upstream))
      const upstream = usable[turn++ % Math.max(1, usable.length)]
      if (upstream === undefined) {
        if (performance.now() - began > patienceMs) throw new Error('no gateway is ready')
        await sleep(50)
        continue
      }
      const sent = request(new URL(call.url ?? '/', upstream), { method: call.method, headers: call.headers, agent })
      sent.end(body)
      let answer: IncomingMessage
      try {
        ;[answer] = (await once(sent, 'response')) as [IncomingMessage]
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        // Nothing was sent, so any balancer tries the next one.
        if (code !== 'ECONNREFUSED') throw error
        ready.delete(upstream)
        continue
      }
      const after = answer.headers['retry-after']
      if (answer.statusCode !== 503 || after === undefined || performance.now() - began > patienceMs) return answer
      counts.repeated++
      answer.resume()
      await sleep(Math.min(5, Number(after)) * 1000)
    }
  }

  const pass = async (call: IncomingMessage, reply: ServerResponse) => {
    counts.calls++
    const what = `${call.method} ${call.url}`
    try {
      const answer = await once503(call, await buffer(call))
      if ((answer.statusCode ?? 0) >= 500) counts.failures.push(`${what}: ${answer.statusCode}`)
      reply.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('error', (error) => {
        counts.failures.push(`${what}: the answer broke off: ${error.message}`)
        reply.destroy()
      })
      answer.pipe(reply)
    } catch (error) {
      counts.failures.push(`${what}: ${error instanceof Error ? error.message : error}`)
      reply.writeHead(502).end()
    }
  }
  const server = createServer((call, reply) => void pass(call, reply))
  // The benchmark does not measure the connections of clients.
  server.keepAliveTimeout = 0
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    counts,
    close() {
      clearInterval(timer)
      server.closeAllConnections()
      server.close()
      agent.destroy()
    },
  }
}
