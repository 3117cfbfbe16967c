import type { HoldersOf } from './fact-groups.ts'
import { fieldText, type IdentityRow, idAt, keyAt, managerIdAt, subjectOf, withManagerEmail } from './identity-row.ts'
import type { RuleDirectory } from './rule-world.ts'
import type { Holdings, Subject } from './subject.ts'

/** All people who are not deleted, as JSON texts of identity rows, ascending by key. */
export type DirectoryRows = readonly string[]

/** The directory for rules, over rows that were read before. A subject is made when a rule needs it. */
export function directoryOf(texts: DirectoryRows | undefined, holdersOf: HoldersOf): RuleDirectory {
  const rows = (texts ?? []).flatMap((text) => JSON.parse(text) as IdentityRow[])
  const rowById = new Map(rows.map((row) => [row[idAt], row]))
  const subjects = new Map<number, Subject>()
  const subjectAt = (row: IdentityRow): Subject => {
    const key = row[keyAt]
    const known = subjects.get(key)
    if (known !== undefined) return known
    const manager = rowById.get(row[managerIdAt].trim())
    const subject = subjectOf(withManagerEmail(row, manager), holdingsOf(key, holdersOf))
    subjects.set(key, subject)
    return subject
  }
  const index = (field: 'email' | 'displayName' | 'managerId', nameOf = (text: string) => text.trim()) => {
    let byText: ReadonlyMap<string, readonly IdentityRow[]> | undefined
    return (text: string) => {
      const name = nameOf(text)
      if (name === '') return []
      byText ??= Map.groupBy(rows, (row) => nameOf(fieldText(row, field)))
      return (byText.get(name) ?? []).map(subjectAt)
    }
  }
  const held = new Map<string, readonly Subject[]>()
  return {
    byId: (id) => {
      const row = rowById.get(id)
      return row === undefined ? undefined : subjectAt(row)
    },
    byEmail: index('email', (text) => text.trim().toLowerCase()),
    byName: index('displayName'),
    reportsOf: index('managerId'),
    holdersOf: (applicationId, entitlementId) => {
      const name = JSON.stringify([applicationId, entitlementId])
      const known = held.get(name)
      if (known !== undefined) return known
      const keys = holdersOf(applicationId, entitlementId)
      const holders = keys === undefined ? [] : rows.filter((row) => keys.has(row[keyAt])).map(subjectAt)
      held.set(name, holders)
      return holders
    },
  }
}

export function holdingsOf(key: number, holdersOf: HoldersOf): Holdings {
  return {
    hasApplication: (applicationId) => holdersOf(applicationId, null)?.has(key) ?? false,
    hasEntitlement: (applicationId, entitlementId) => holdersOf(applicationId, entitlementId)?.has(key) ?? false,
  }
}
