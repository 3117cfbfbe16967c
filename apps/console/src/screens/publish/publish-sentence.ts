import type { ProfileDifference } from '@assay/contracts/assay/publication/v1/publication_service_pb'
import { counted } from '../../kit/figures.ts'

/** How a profile differs from the last time; undefined: it is the same. */
export function publishSentence(difference: ProfileDifference | undefined): string {
  if (difference === undefined) return 'Nothing has changed since the last time.'
  const { addedEntitlementCount, removedEntitlementCount, addedMemberCount, removedMemberCount } = difference
  const parts = [
    counts(addedEntitlementCount, removedEntitlementCount, 'entitlement', 'entitlements'),
    counts(addedMemberCount, removedMemberCount, 'member', 'members'),
  ].filter((part) => part !== '')
  if (parts.length === 0) return 'What it gives and to whom is as it was the last time.'
  return `${parts.join('; ')}.`
}

function counts(added: number, removed: number, one: string, many: string): string {
  const both = [
    added > 0 ? `${counted(added, `${one} comes`, `${many} come`)} in` : '',
    removed > 0 ? `${counted(removed, `${one} goes`, `${many} go`)} out` : '',
  ].filter((part) => part !== '')
  return both.join(', ')
}
