import { cellText, isId, oneOf } from './cells.ts'
import { shown } from './faults.ts'
import type { LoadedEntitlements } from './load-entitlements.ts'
import type { Loading } from './loading.ts'
import { readCsv } from './read-csv.ts'

const file = 'access_profiles.csv'
const entitlementFile = 'access_profile_entitlements.csv'

/** An access profile as it is in the customer's own system. */
export interface ImportedAccessProfile {
  readonly id: string
  readonly displayName: string
  readonly description: string
  /** '' when no rule chooses its members. */
  readonly celExpression: string
  readonly isCommonAccess: boolean
  /** Ascending, each once. */
  readonly entitlementKeys: readonly number[]
  /** The position in access_profiles.csv of its rule, or of its row when it has no rule: for messages. */
  readonly line: number
  readonly column: number
}

/** Undefined when the import has no access_profiles.csv; profiles then stay as they are. */
export async function loadAccessProfiles(
  loading: Loading,
  entitlements: LoadedEntitlements,
): Promise<readonly ImportedAccessProfile[] | undefined> {
  const { faults } = loading
  if (!loading.has(file)) {
    if (loading.has(entitlementFile)) faults.addFatal(entitlementFile, 0, 0, `needs ${file}, which is missing`)
    return undefined
  }
  const profiles = new Map<string, Omit<ImportedAccessProfile, 'entitlementKeys'>>()
  const held = new Map<string, Set<number>>()
  await readCsv(loading, file, (columns) => {
    const id = columns.of('id')
    const displayName = columns.of('display_name')
    const commonAccess = columns.of('common_access')
    const celExpression = columns.of('cel_expression')
    return (row) => {
      if (!isId(file, row, id, 'id', faults)) return
      const text = row.text(id)
      if (profiles.has(text)) {
        return faults.addCell(file, row, id, () => `the access profile ${shown(text)} occurs a second time`)
      }
      const name = cellText(row, displayName)
      if (name === '') return faults.addCell(file, row, displayName, () => 'display_name is empty')
      const isCommon = oneOf(file, row, commonAccess, 'common_access', ['false', 'true'], faults)
      if (isCommon === undefined) return
      held.set(text, new Set())
      profiles.set(text, {
        id: text,
        displayName: name,
        description: cellText(row, columns.of('description')),
        celExpression: cellText(row, celExpression),
        isCommonAccess: isCommon === 'true',
        ...row.locate(Math.max(0, celExpression)),
      })
    }
  })
  if (loading.has(entitlementFile)) {
    await readCsv(loading, entitlementFile, (columns) => {
      const profile = columns.of('access_profile_id')
      const entitlementId = columns.of('entitlement_id')
      const applicationId = columns.of('application_id')
      return (row) => {
        const keys = held.get(row.text(profile))
        if (keys === undefined) {
          return faults.addCell(
            entitlementFile,
            row,
            profile,
            () => `there is no access profile ${shown(row.text(profile))}`,
          )
        }
        const entitlement = entitlements.resolve(loading, entitlementFile, row, entitlementId, applicationId)
        if (entitlement >= 0) keys.add(entitlements.keys.keyOf(entitlement))
      }
    })
  }
  return Array.from(profiles.values(), (profile) => ({
    ...profile,
    entitlementKeys: [...(held.get(profile.id) ?? [])].toSorted((a, b) => a - b),
  }))
}
