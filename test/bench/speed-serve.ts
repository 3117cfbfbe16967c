// Runs in a tree's test/bench folder: starts a platform, loads files, then answers commands on stdin, one a line: NAME MS CONNECTIONS
import { createClient } from '@connectrpc/connect'
import { createInterface } from 'node:readline'
import { readFileSync, readdirSync } from 'node:fs'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { withBenchPlatform } from './support/bench-platform.ts'
import { readsOf } from './support/c1-reads.ts'
import { loadHttp } from './support/http-load.ts'
import { writePlantedFiles } from './support/planted-files.ts'

const identities = Number(process.env.PEOPLE ?? 5000)
function processes() {
  const all = []
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      all.push({ pid: Number(pid), parent: Number(rest[1]), command })
    } catch {}
  }
  return all
}
function cpuNs(pid) {
  let sum = 0
  try {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      try { sum += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) } catch {}
    }
  } catch {}
  return sum
}
function groups() {
  const all = processes()
  const ours = new Set([process.pid])
  for (let grew = true; grew; ) { grew = false; for (const p of all) if (ours.has(p.parent) && !ours.has(p.pid)) { ours.add(p.pid); grew = true } }
  const found = { gateway: [], mining: [], worker: [], sessions: [], postgres: [] }
  for (const p of all) {
    if (!ours.has(p.pid) || p.pid === process.pid) continue
    if (p.command.includes('gateway/src/main')) found.gateway.push(p.pid)
    else if (p.command.includes('mining/src/main')) found.mining.push(p.pid)
    else if (p.command.includes('mining/src/worker')) found.worker.push(p.pid)
    else if (p.command.includes('iai-sessions/src/main')) found.sessions.push(p.pid)
    else if (/^postgres: .*assay-mining |^postgres: .*(assay_|service)/.test(p.command) || p.command.startsWith('postgres:')) found.postgres.push(p.pid)
  }
  return found
}
function cpu() {
  const g = groups()
  return Object.fromEntries(Object.entries(g).map(([name, pids]) => [name, pids.reduce((s, p) => s + cpuNs(p), 0)]))
}
await withBenchPlatform(async (platform) => {
  await writePlantedFiles(platform.folder, { identities })
  await platform.load(platform.folder)
  await platform.owner.sql`vacuum analyze`
  const mining = createClient(RoleMiningManagementService, platform.transport)
  const { list } = await mining.listSuggestions({ pageSize: 100 })
  const named = (s) => s.cohortFilters.map((f) => f.attribute + f.values.join()).join('|')
  const ofDepartment = list.filter(({ cohortFilters }) => cohortFilters.some(({ attribute }) => attribute === 'department')).sort((a, b) => (named(a) < named(b) ? -1 : 1))
  const suggestion = ofDepartment[0] ?? list[0]
  const department = suggestion.cohortFilters.find(({ attribute }) => attribute === 'department')?.values[0] ?? 'Department 0'
  const reads = readsOf(platform, suggestion.id, department)
  console.log('READY ' + JSON.stringify({ port: platform.port, token: platform.token, pids: groups(), suggestion: suggestion.id }))
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, ms, connections] = line.split(' ')
    if (name === 'end') break
    const read = reads.find((r) => r.name === name)
    if (read === undefined) { console.log('UNKNOWN'); continue }
    const before = cpu()
    const started = performance.now()
    const figures = await loadHttp(platform.port, read.request, { connections: Number(connections), ms: Number(ms) })
    const took = performance.now() - started
    const after = cpu()
    const calls = Math.round((figures.perSecond * took) / 1000)
    const us = Object.fromEntries(Object.keys(after).map((k) => [k, (after[k] - before[k]) / 1000 / calls]))
    console.log('RESULT ' + JSON.stringify({ name, calls, ...figures, us }))
  }
})
process.exit(0)
