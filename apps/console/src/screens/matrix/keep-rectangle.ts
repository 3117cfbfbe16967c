import { sizeWords } from '../../kit/count-texts.ts'
import { keepAsDraft } from '../drafts/drafts.ts'
import type { Marked } from './marked.ts'
import { texts } from './texts.ts'

/** Saves the people and entitlements of a rectangle as a draft. @returns its id; undefined after a failure, which a toast reports */
export function keepMarked({ people, entitlements }: Marked): Promise<string | undefined> {
  const displayName = texts.draftName(sizeWords(people.length, entitlements.length))
  const identityIds = people.map(({ identityId }) => identityId)
  const rule = { rule: { case: 'identities' as const, value: { identityIds } } }
  const given = entitlements.map(({ applicationId, entitlementId }) => ({ applicationId, entitlementId }))
  return keepAsDraft({ source: { case: 'adHoc', value: { displayName, entitlements: given, rule } } }, displayName)
}
