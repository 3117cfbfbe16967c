import { compareCandidates, memberDigest, memberSketch } from '@assay/mining'

/** The number of comparisons; the result is the median. */
const rounds = 9

/**
 * Processor milliseconds of comparing two runs with this number of candidates. Each candidate has another description in the later run and
 * shares most of its cells, so all are matched by their common cells: the most expensive case.
 */
export function runDiffMs(count: number): number {
  const [before, after] = [candidates(count, 'earlier', 0), candidates(count, 'later', 3)]
  const took = Array.from({ length: rounds }, () => {
    const begun = process.cpuUsage()
    const renamed = compareCandidates(before, after).filter(({ fate }) => fate === 'renamed').length
    const { user, system } = process.cpuUsage(begun)
    if (renamed !== count) throw new Error(`${renamed} of ${count} candidates are found again`)
    return (user + system) / 1000
  })
  return took.sort((a, b) => a - b)[Math.floor(rounds / 2)]!
}

/** 200 people and 10 entitlements each, which overlap with those of the next ones. */
function candidates(count: number, run: string, shift: number) {
  return Array.from({ length: count }, (_, i) => {
    const keys = Array.from({ length: 200 }, (_, person) => i * 50 + shift + person)
    return {
      id: `${run} ${i}`,
      size: keys.length,
      entitlements: Array.from({ length: 10 }, (_, entitlement) => (i % 200) + entitlement),
      members: memberSketch(keys),
      memberDigest: memberDigest(keys),
    }
  })
}
