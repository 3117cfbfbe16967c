import type {
  CohortDescription,
  CohortEntitlement,
  ValueName,
} from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { createClient } from '@connectrpc/connect'
import { texts as kitTexts } from '../../kit/texts.ts'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import { keepAsDraft } from '../drafts/drafts.ts'
import { messagesOf } from './queries.ts'
import type { Condition } from './search.ts'
import { texts } from './texts.ts'
import { valueWords } from './value-words.ts'

const profiles = createClient(ProfileService, transport)
const longestName = 256

/** The proposed name of a draft or profile: the values of the conditions. */
export function nameOf(conditions: readonly Condition[], names: readonly ValueName[]): string {
  return conditions
    .map(({ attribute, values }) => kitTexts.anyOf(values.map((value) => valueWords(names, attribute, value))))
    .join(', ')
    .slice(0, longestName)
}

const named = ({ applicationId, entitlementId }: CohortEntitlement) => ({ applicationId, entitlementId })

/** Saves the selected entitlements and the conditions as a draft. @returns its id; undefined after a failure, which a toast reports */
export function saveAsDraft(
  displayName: string,
  conditions: readonly Condition[],
  chosen: readonly CohortEntitlement[],
): Promise<string | undefined> {
  const rule = { rule: { case: 'filters' as const, value: { filters: messagesOf(conditions) } } }
  const value = { displayName, entitlements: chosen.map(named), rule }
  return keepAsDraft({ source: { case: 'adHoc', value } }, displayName)
}

/** Makes a profile whose members are all people who match. @returns as saveAsDraft */
export async function createProfile(
  displayName: string,
  { celExpression }: CohortDescription,
  chosen: readonly CohortEntitlement[],
): Promise<string | undefined> {
  try {
    const { id } = await profiles.createAccessProfile({
      accessProfile: { displayName, celExpression, automationEnabled: true },
      entitlements: chosen.map(named),
      requestId: crypto.randomUUID(),
    })
    showToast(texts.created, () => void takeAway(id))
    await refresh()
    return id
  } catch (error) {
    showToast(sentenceOf(error))
    return undefined
  }
}

async function takeAway(accessProfileId: string): Promise<void> {
  try {
    await profiles.deleteAccessProfile({ accessProfileId })
    showToast(texts.removed)
  } catch (error) {
    showToast(sentenceOf(error))
  }
  await refresh()
}

async function refresh(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: ProfileService.typeName }] })
}
