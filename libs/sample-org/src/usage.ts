import { dateOf } from './day.ts'
import type { GrantTable } from './grant-table.ts'
import { itemAt } from './item-at.ts'
import type { SampleUsage } from './organisation.ts'
import type { Random } from './random.ts'
import type { SampleEntitlement, SampleIdentity } from './sample-records.ts'

const usageDays = 90

/** The days of use for every identity and application with a grant that was used in the last 90 days; computed while it is iterated. */
export function usageOf(
  random: Random,
  identities: readonly SampleIdentity[],
  entitlements: readonly SampleEntitlement[],
  grants: GrantTable,
  today: number,
): Iterable<SampleUsage> {
  return {
    *[Symbol.iterator]() {
      const draw = random.stream('usage')
      for (let row = 0; row < grants.count; ) {
        const identity = itemAt(grants.identity, row)
        const newest = new Map<string, number>()
        for (; row < grants.count && grants.identity[row] === identity; row++) {
          const day = itemAt(grants.lastUsedDay, row)
          if (day <= today - usageDays) continue
          const applicationId = itemAt(entitlements, itemAt(grants.entitlement, row)).applicationId
          newest.set(applicationId, Math.max(day, newest.get(applicationId) ?? 0))
        }
        const identityId = itemAt(identities, identity).id
        for (const [applicationId, last] of newest) {
          const days = new Set([last])
          for (let more = draw.integer(0, 4); more > 0; more--) days.add(draw.integer(today - usageDays + 1, last))
          for (const day of [...days].sort((a, b) => a - b)) {
            yield { identityId, applicationId, day: dateOf(day) }
          }
        }
      }
    },
  }
}
