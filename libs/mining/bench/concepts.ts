import { writeFile } from 'node:fs/promises'
import {
  analyseCohort,
  encodeSnapshotToBuffer,
  matchRoles,
  minePotentialRolesInThreads,
  type RoleMiningResult,
  type SnapshotParts,
  snapshotOf,
} from '../src/index.ts'
import { plantedSnapshot } from './planted-snapshot.ts'
import { type ScatteredRoles, scatteredRoles } from './scattered-roles.ts'

/** One line of the table. `goal` is the most that `value` may be, or the least where `atLeast` says so. */
export interface BenchRow {
  readonly measure: string
  readonly value: number
  readonly unit: string
  readonly goal?: number
  readonly atLeast?: boolean
  readonly met?: boolean
}

export type ConceptScale = 'small' | 'full' | 'huge'

/**
 * Population mining and the analysis of one cohort. The scan (the sum of all grants, 25 times, on one thread) is measured
 * in the same run: it tells how fast the machine was just then. `huge` is 1 million identities and nothing else.
 */
export async function benchConcepts(options: { readonly scale: ConceptScale }): Promise<BenchRow[]> {
  if (options.scale === 'huge') return mined('1 million identities, ', scatteredRoles(1_000_000), 60)
  const identityCount = options.scale === 'full' ? 100_000 : 10_000
  const seconds = options.scale === 'full' ? 5 : undefined
  const planted = withRoles(plantedSnapshot(identityCount), identityCount)
  const scattered = scatteredRoles(identityCount)
  return [
    ...(await mined('by attributes, ', planted, seconds)),
    ...(await mined('scattered, ', scattered, seconds)),
    ...(await stability(scattered.parts)),
    ...cohortRows(planted.parts, identityCount, options.scale === 'full' ? 100 : undefined),
  ]
}

async function mined(
  about: string,
  { parts, roles }: ScatteredRoles,
  seconds: number | undefined,
): Promise<BenchRow[]> {
  const buffer = encodeSnapshotToBuffer(parts)
  const rows: BenchRow[] = [
    { measure: `${about}grants`, value: parts.rowEntitlement.length, unit: '' },
    { measure: `${about}entitlements`, value: parts.entitlementKey.length, unit: '' },
    { measure: `${about}25 bare scans`, value: scanSeconds(parts), unit: 's' },
  ]
  let result: RoleMiningResult | undefined
  for (const threads of [1, 2]) {
    const start = performance.now()
    const cpu = process.cpuUsage()
    result = await minePotentialRolesInThreads(buffer, {}, { threads })
    const { user, system } = process.cpuUsage(cpu)
    const value = (performance.now() - start) / 1000
    rows.push(row(`${about}mine, ${threads} threads`, value, 's', threads === 2 ? seconds : undefined))
    rows.push({ measure: `${about}mine, ${threads} threads, processor time`, value: (user + system) / 1e6, unit: 's' })
  }
  rows.push({ measure: `${about}memory of the process`, value: process.resourceUsage().maxRSS / 1024, unit: 'MB' })
  if (result === undefined) return rows
  const { planted, found, spurious, f1 } = judge(roles, result)
  rows.push({ measure: `${about}roles mined`, value: result.roles.length, unit: '' })
  rows.push({ measure: `${about}planted roles of 20 members and more`, value: planted, unit: '' })
  rows.push({ measure: `${about}found`, value: found, unit: '' })
  rows.push({ measure: `${about}spurious`, value: spurious, unit: '' })
  rows.push({ measure: `${about}F1`, value: f1, unit: '', goal: 0.95, atLeast: true, met: f1 >= 0.95 })
  return rows
}

/** Found: Jaccard similarity of at least 0.9 on identities and, with the same role, on entitlements. */
function judge(planted: ScatteredRoles['roles'], { roles }: RoleMiningResult) {
  const giving = new Map<number, number[]>()
  for (const [r, { entitlements }] of roles.entries()) {
    for (const e of entitlements) {
      const list = giving.get(e)
      if (list === undefined) giving.set(e, [r])
      else list.push(r)
    }
  }
  const used = new Set<number>()
  let asked = 0
  let found = 0
  for (const role of planted) {
    const near = new Set(Array.from(role.entitlements).flatMap((e) => giving.get(e) ?? []))
    const same = [...near].filter(
      (r) =>
        jaccard(role.entitlements, roles[r].entitlements) >= 0.9 &&
        jaccard(role.identities, roles[r].identities) >= 0.9,
    )
    for (const r of same) used.add(r)
    if (role.identities.length < 20) continue
    asked++
    if (same.length > 0) found++
  }
  const precision = used.size / Math.max(1, roles.length)
  const recall = found / Math.max(1, asked)
  return {
    planted: asked,
    found,
    spurious: roles.length - used.size,
    f1: (2 * precision * recall) / (precision + recall),
  }
}

/** Of two ascending lists. */
function jaccard(a: Uint32Array, b: Uint32Array): number {
  let both = 0
  let j = 0
  for (let i = 0; i < a.length; i++) {
    while (j < b.length && b[j] < a[i]) j++
    if (j < b.length && b[j] === a[i]) both++
  }
  return both / (a.length + b.length - both)
}

/** The roles that planted-snapshot.ts made, read off its attributes: its blocks of entitlements, in its order. */
function withRoles(parts: SnapshotParts, identityCount: number): ScatteredRoles {
  const column = (key: string) =>
    parts.attributes.find((attribute) => attribute.key === key)?.column ?? new Int32Array(0)
  const department = column('department')
  const title = column('job_title')
  const location = column('location')
  const departmentCount = Math.max(2, Math.round(identityCount / 1000))
  const locationCount = Math.min(40, Math.max(2, Math.round(identityCount / 500)))
  const kinds: readonly (readonly [number, number, (i: number) => number])[] = [
    [departmentCount, 40, (i) => department[i]],
    [departmentCount * 10, 25, (i) => title[i]],
    [locationCount, 12, (i) => location[i]],
    [departmentCount * locationCount, 4, (i) => department[i] * locationCount + location[i]],
  ]
  const roles: { identities: Uint32Array; entitlements: Uint32Array }[] = []
  let start = 8
  for (const [count, size, groupOf] of kinds) {
    const members: number[][] = Array.from({ length: count }, () => [])
    for (let i = 0; i < identityCount; i++) members[groupOf(i)].push(i)
    for (const [value, list] of members.entries()) {
      const entitlements = Uint32Array.from({ length: size }, (_, e) => start + value * size + e)
      if (list.length > 0) roles.push({ identities: Uint32Array.from(list), entitlements })
    }
    start += count * size
  }
  return { parts, roles }
}

/** 3 of 100 identities get the whole access of another, as when people change places. */
function churned(parts: SnapshotParts): SnapshotParts {
  const count = parts.identityKey.length
  const source = Uint32Array.from({ length: count }, (_, i) => (i % 33 === 0 ? (i * 7919 + 13) % count : i))
  const rowOffset = new Uint32Array(count + 1)
  for (let i = 0; i < count; i++) {
    rowOffset[i + 1] = rowOffset[i] + parts.rowOffset[source[i] + 1] - parts.rowOffset[source[i]]
  }
  const rowEntitlement = new Uint32Array(rowOffset[count])
  for (let i = 0; i < count; i++) {
    rowEntitlement.set(
      parts.rowEntitlement.subarray(parts.rowOffset[source[i]], parts.rowOffset[source[i] + 1]),
      rowOffset[i],
    )
  }
  return { ...parts, rowOffset, rowEntitlement }
}

async function stability(parts: SnapshotParts): Promise<BenchRow[]> {
  const mine = async (from: SnapshotParts) =>
    (await minePotentialRolesInThreads(encodeSnapshotToBuffer(from), {}, { threads: 2 })).roles
  const before = await mine(parts)
  const matches = matchRoles(before, await mine(churned(parts)))
  const mean = matches.reduce((sum, { similarity }) => sum + similarity, 0) / Math.max(1, matches.length)
  return [
    { measure: '3 % churn: roles matched', value: matches.length / Math.max(1, before.length), unit: 'share' },
    { measure: '3 % churn: mean Jaccard', value: mean, unit: '', goal: 0.9, atLeast: true, met: mean >= 0.9 },
  ]
}

function cohortRows(parts: SnapshotParts, identityCount: number, goal: number | undefined): BenchRow[] {
  const snapshot = snapshotOf(parts)
  const population = Uint32Array.from({ length: identityCount / 20 }, (_, i) => i * 20)
  const times: number[] = []
  let cutoffs = 0
  for (let round = 0; round < 7; round++) {
    const start = performance.now()
    const analysis = analyseCohort(snapshot, population, { maxFacetValues: 1000 })
    times.push(performance.now() - start)
    cutoffs = analysis.cutoffPoints.length
  }
  times.sort((a, b) => a - b)
  return [
    { measure: 'cohort analysed', value: population.length, unit: 'identities' },
    { measure: 'cutoff points', value: cutoffs, unit: '' },
    row('cohort analysis, median', times[3], 'ms', goal),
  ]
}

function row(measure: string, value: number, unit: string, goal: number | undefined): BenchRow {
  return goal === undefined ? { measure, value, unit } : { measure, value, unit, goal, met: value <= goal }
}

function scanSeconds({ rowEntitlement }: SnapshotParts): number {
  const start = performance.now()
  let sum = 0
  for (let time = 0; time < 25; time++) {
    for (let at = 0; at < rowEntitlement.length; at += 65_536) {
      sum = (sum + sumOf(rowEntitlement, at, Math.min(at + 65_536, rowEntitlement.length))) | 0
    }
  }
  return (performance.now() - start + (sum & 0)) / 1000
}

/** Called by blocks, so that it is compiled as a whole. */
function sumOf(values: Uint32Array, start: number, end: number): number {
  let sum = 0
  for (let at = start; at < end; at++) sum = (sum + values[at]) | 0
  return sum
}

if (import.meta.main) {
  const scale = process.argv.includes('huge') ? 'huge' : process.argv.includes('small') ? 'small' : 'full'
  const rows = await benchConcepts({ scale })
  console.table(rows.map(({ value, ...rest }) => ({ ...rest, value: Number(value.toPrecision(4)) })))
  const json = process.argv.indexOf('--json')
  if (json > 0) await writeFile(process.argv[json + 1], JSON.stringify(rows))
}
