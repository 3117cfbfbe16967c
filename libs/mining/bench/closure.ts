import { closeMemberships, effectiveRows } from '../src/index.ts'

// 100,000 groups over 400,000 entitlements, and what they give: `node --expose-gc libs/mining/bench/closure.ts`.

const groups = 100_000
const entitlements = 400_000

/** Any small whole number, the same in each run. */
let state = 1
function random(limit: number): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
  return Math.floor((state / 2 ** 32) * limit)
}

const shapes: Readonly<Record<string, () => readonly (readonly [number, number])[]>> = {
  'teams of 40 repositories, in departments of 20 teams': () => {
    const departments = groups / 21
    return Array.from({ length: groups }, (_, group) =>
      group < departments
        ? Array.from({ length: 20 }, (_, i) => [group, departments + group * 20 + i] as const)
        : Array.from({ length: 40 }, () => [group, groups + random(entitlements - groups)] as const),
    )
      .flat()
      .filter(([, entitlement]) => entitlement < entitlements)
  },
  'chains of 100 groups, each with 2 entitlements': () =>
    Array.from({ length: groups }, (_, group) => [
      ...(group % 100 === 99 ? [] : [[group, group + 1] as const]),
      [group, groups + random(entitlements - groups)] as const,
      [group, groups + random(entitlements - groups)] as const,
    ]).flat(),
  'one cycle of all groups, each with 2 entitlements': () =>
    Array.from({ length: groups }, (_, group) => [
      [group, (group + 1) % groups] as const,
      [group, groups + random(entitlements - groups)] as const,
      [group, groups + random(entitlements - groups)] as const,
    ]).flat(),
  'one chain of all groups (refused)': () =>
    Array.from({ length: groups - 1 }, (_, group) => [group, group + 1] as const),
}

/** Of the processor, so that what else runs here does not count. */
const processorSeconds = () => process.cpuUsage().user / 1e6

for (const [name, pairsOf] of Object.entries(shapes)) {
  const pairs = pairsOf()
  const holder = Uint32Array.from(pairs, ([one]) => one)
  const entitlement = Uint32Array.from(pairs, ([, one]) => one)
  globalThis.gc?.()
  const before = process.memoryUsage().arrayBuffers
  const start = processorSeconds()
  try {
    const closure = closeMemberships(entitlements, { holder, entitlement })
    const seconds = processorSeconds() - start
    const bytes = process.memoryUsage().arrayBuffers - before
    const rowOffset = Uint32Array.from({ length: 100_001 }, (_, i) => i * 10)
    const rowEntitlement = Uint32Array.from({ length: 1_000_000 }, (_, i) => (i % 10) * 30_000 + random(30_000))
    const again = processorSeconds()
    let effective = 'too large'
    try {
      const rows = effectiveRows({ rowOffset, rowEntitlement }, entitlements, closure)
      effective = `${rows.rowEntitlement.length} grants in ${(processorSeconds() - again).toFixed(2)} s`
    } catch {
      // Told as it is.
    }
    const told = `${pairs.length} memberships, ${closure.givenEntitlement.length} given by ${closure.givenOffset.length - 1} rows`
    console.log(
      `${name}: ${told}, ${seconds.toFixed(2)} s, ${Math.round(bytes / 2 ** 20)} MB; 1,000,000 grants become ${effective}`,
    )
  } catch (error) {
    console.log(`${name}: ${(error as Error).message}, ${(processorSeconds() - start).toFixed(2)} s`)
  }
}
