import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync, readFileSync } from 'node:fs'
import http from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, test } from 'vitest'
import { type FurnishedPlatform, startFurnishedPlatform } from './furnished.ts'
import { modern } from './testing-mcp-client.ts'
let platform: FurnishedPlatform
let token: string
const lines: string[] = []
const say = (s: string) => { lines.push(s); writeFileSync('/tmp/mcp-read/bench.txt', lines.join('\n')) }
beforeAll(async () => { platform = await startFurnishedPlatform(); token = await platform.token('agent') })
afterAll(() => platform?.stop())
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
function send(path: string, body: string | undefined, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(platform.baseUrl)
  return new Promise((resolve, reject) => {
    const r = http.request({ agent, host: hostname, port, path, method: body === undefined ? 'GET' : 'POST', headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'content-length': Buffer.byteLength(body) }), ...headers } as never }, async (a) => resolve({ status: a.statusCode ?? 0, text: await text(a) }))
    r.on('error', reject); r.end(body)
  })
}
async function load(name: string, count: number, at: number, one: () => Promise<{ status: number; text: string }>) {
  const times: number[] = []; let bad = 0; let left = count
  await Promise.all(Array.from({ length: at }, async () => { while (left-- > 0) { const t = performance.now(); const a = await one(); times.push(performance.now() - t); if (a.status !== 200 || a.text.includes('"isError":true')) bad++ } }))
  times.sort((a, b) => a - b)
  say(`${name}: ${count} at ${at}: p50 ${times[Math.floor(count * 0.5)]?.toFixed(1)} p99 ${times[Math.floor(count * 0.99)]?.toFixed(1)} ms, bad ${bad}`)
}
const gatewayPid = () => { for (const l of execFileSync('ps', ['-eo', 'pid,args']).toString().split('\n')) if (/apps\/gateway\/src\/main/.test(l) && l.includes('wt/mcp')) return Number(l.trim().split(' ')[0]); return 0 }
const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gatewayPid()}/status`, 'utf8'))?.[1]) / 1024
test('bench', async () => {
  const tool = (name: string, args: object) => { const { body, headers } = modern('tools/call', { name, arguments: args } as never); const b = JSON.stringify(body); return () => send('/mcp', b, { ...headers }) }
  const list = modern('tools/list'); const lb = JSON.stringify(list.body)
  const rounds = [1, 2]
  for (const _ of rounds) {
    await load('REST inbox', 400, 4, () => send('/candidates/v1/inbox?pageSize=25', undefined, {}))
    await load('MCP ListCandidates', 400, 4, tool('ListCandidates', {}))
    await load('REST residual', 400, 4, () => send('/insights/v1/residual', undefined, {}))
    await load('MCP tools/list', 400, 4, () => send('/mcp', lb, { ...list.headers }))
    await load('MCP GetOrgOverview', 200, 4, tool('GetOrgOverview', {}))
  }
  say(`rss ${rss()}`)
  for (let i = 0; i < 6; i++) { await load('MCP tools/list', 2000, 16, () => send('/mcp', lb, { ...list.headers })); await load('MCP ListCandidates', 500, 3, tool('ListCandidates', {})); const deep = JSON.stringify({ a: 'x'.repeat(250000) }); await load('junk 250k', 200, 8, () => send('/mcp', deep, {})); say(`rss ${rss()}`) }
  const inspector = spawn('npx', ['-y', '@modelcontextprotocol/inspector@2.12.0', '--cli', `${platform.baseUrl}/mcp`, '--transport', 'http', '--header', `Authorization: Bearer ${token}`, '--method', 'tools/list'], { cwd: '/tmp/mcp-read', stdio: ['ignore', 'pipe', 'pipe'] })
  const t = setTimeout(() => inspector.kill(), 120_000)
  const [o, e] = await Promise.all([text(inspector.stdout), text(inspector.stderr)]); clearTimeout(t)
  say(`inspector: ${o.slice(0, 600)} ... ${o.length} | ${e.slice(0, 800)}`)
}, 400_000)
