import type { MembershipPreview } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { counted, formatShare } from '../../kit/figures.ts'

/** What a rule would do to the members. */
export function ruleSentence({ memberCount, selected, joining, leaving, missing, failed }: MembershipPreview): string {
  const [comes, goes] = [joining?.count ?? 0, leaving?.count ?? 0]
  const what = `${counted(selected?.count ?? 0, 'member', 'members')} by this rule`
  const change =
    comes + goes === 0
      ? 'nobody comes in, and nobody goes out'
      : `${moved(comes, 'comes in', 'come in')}; ${goes === 0 ? 'nobody goes out' : `${formatShare(goes, memberCount)} ${goes === 1 ? 'goes' : 'go'} out`}`
  const unsure = [
    ...part(missing?.count ?? 0, 'is left out, since a value is missing', 'are left out, since a value is missing'),
    ...part(failed?.count ?? 0, 'is left out by an error', 'are left out by an error'),
  ]
  return [`${what}: ${change}.`, ...unsure].join(' ')
}

function moved(count: number, one: string, many: string): string {
  return count === 0 ? `nobody ${one}` : `${counted(count, 'person', 'people')} ${count === 1 ? one : many}`
}

function part(count: number, one: string, many: string): readonly string[] {
  return count === 0 ? [] : [`${counted(count, 'person', 'people')} ${count === 1 ? one : many}.`]
}
