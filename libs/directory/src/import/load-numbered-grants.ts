import { shown } from './faults.ts'
import { GrantList } from './grant-list.ts'
import type { LoadedEntitlements } from './load-entitlements.ts'
import { dayOf, openGrantCopy } from './load-grants.ts'
import type { LoadedIdentities } from './load-identities.ts'
import type { Loading } from './loading.ts'
import type { NumberedGrants } from './numbered-grants.ts'

const file = 'grants.csv'

/** The number of rows that are sent while the next ones are prepared. */
const rowsAtOnce = 1024

/** Does the same as `loadGrants`, for rows of numbers instead of texts. */
export async function loadNumberedGrants(
  loading: Loading,
  given: NumberedGrants,
  identities: LoadedIdentities,
  entitlements: LoadedEntitlements,
): Promise<GrantList> {
  const grants = new GrantList()
  const sourceOf = loading.sourceOfGrant
  const copy = await openGrantCopy(loading, sourceOf !== undefined)
  const { rows } = copy
  const people = Int32Array.from(given.people, (id) => identities.keys.findText(id))
  const held = Int32Array.from(given.entitlements, ([application, id]) => entitlements.find(application, id))
  const personKey = people.map((ordinal) => (ordinal < 0 ? -1 : identities.keys.keyOf(ordinal)))
  const heldKey = held.map((ordinal) => (ordinal < 0 ? -1 : entitlements.keys.keyOf(ordinal)))
  const afterRows = loading.slices(file, () => copy.flush())
  let place = 0
  let bytesRead = 0
  for await (const block of given.blocks()) {
    const { person, entitlement, grantedSeconds, grantedMicros, usedSeconds, usedMicros } = block
    for (let from = 0; from < person.length; from += rowsAtOnce) {
      const to = Math.min(from + rowsAtOnce, person.length)
      for (let at = from; at < to; at++, place++) {
        const identity = people[person[at]!]!
        const one = held[entitlement[at]!]!
        if (identity < 0 || one < 0) {
          addUnknown(person[at]!, entitlement[at]!)
          continue
        }
        const granted = grantedSeconds[at]!
        const used = usedSeconds[at]!
        const isUsed = !Number.isNaN(used)
        grants.add(identity, one, isUsed ? dayOf(used) : 0)
        rows.row(sourceOf === undefined ? 4 : 5)
        rows.int32(personKey[person[at]!]!)
        rows.int32(heldKey[entitlement[at]!]!)
        if (!Number.isNaN(granted)) rows.timestamp(granted, grantedMicros[at]!)
        else rows.nothing()
        if (isUsed) rows.timestamp(used, usedMicros[at]!)
        else rows.nothing()
        if (sourceOf !== undefined) rows.int32(sourceOf(place))
      }
      bytesRead += (to - from) * bytesOfGrant
      await afterRows(bytesRead)
    }
  }
  await copy.finish()
  return grants

  function addUnknown(person: number, entitlement: number): void {
    const [application = '', id = ''] = given.entitlements[entitlement] ?? []
    const reason =
      people[person]! < 0
        ? `there is no identity ${shown(given.people[person] ?? '')}`
        : `there is no entitlement ${shown(id)} in the application ${shown(application)}`
    loading.faults.add(file, place + 2, 1, reason)
  }
}

const bytesOfGrant = 32
