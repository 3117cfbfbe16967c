import { snapshotOf } from '../src/snapshot.ts'
import { candidateImpact } from '../src/impact/candidate-impact.ts'
import { ImpactRows } from '../src/impact/impact-rows.ts'
import { holdersInSteps } from '../src/impact/entitlement-holders.ts'
import { plantedSnapshot } from './planted-snapshot.ts'
const parts = plantedSnapshot(100_000)
const snapshot = snapshotOf(parts)
const cpu = (work: () => void) => { const b = process.cpuUsage(); work(); const { user, system } = process.cpuUsage(b); return (user + system) / 1000 }
let holders: any
console.log('holders', cpu(() => { const s = holdersInSteps(parts, snapshot.entitlementCount); for (;;) { const x = s.next(); if (x.done) { holders = x.value; return } } }))
const members = Uint32Array.from({ length: 5000 }, (_, i) => i * 20)
// members of some departments
const dep = parts.attributes[0].column!
const inDeps = Uint32Array.from([...Array(100_000).keys()].filter((i) => dep[i] >= 20 && dep[i] < 25)).slice(0, 5000)
const entitlements = Uint32Array.from({ length: 100 }, (_, i) => 8 + 20 * 40 + i)
for (const mode of ['add', 'replace'] as const) for (const m of [inDeps, members]) {
  const q = { snapshot, holders, mode, entitlements, members: m, others: [], marks: new Uint8Array(snapshot.entitlementCount), unusedBefore: 0 }
  const t: number[] = []
  for (let i = 0; i < 30; i++) t.push(cpu(() => candidateImpact(q)))
  t.sort((a, b) => a - b)
  const c: number[] = []
  for (let i = 0; i < 30; i++) c.push(cpu(() => new ImpactRows(q)))
  c.sort((a, b) => a - b)
  console.log(mode, m.length, 'median cpu ms', t[15].toFixed(2), 'min', t[0].toFixed(2), 'rows ctor', c[15].toFixed(2), candidateImpact(q).identities.identity.length)
}
