import { identityStatuses, identityTypes, lowerBound, ordinalOf, type Snapshot } from '@assay/mining'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import { applicationUsers } from './held-access.ts'

/** Says by keys that an identity has access in an application. */
export interface ApplicationUser {
  readonly applicationKey: number
  readonly identityKey: number
}

/** Conditions on users; an absent condition accepts all. */
export interface UserQuestion {
  readonly applicationKeys?: readonly number[] | undefined
  readonly identityKeys?: readonly number[] | undefined
  /** Names of statuses and of types; an empty list accepts all. */
  readonly statuses: readonly (keyof typeof identityStatuses)[]
  readonly types: readonly (keyof typeof identityTypes)[]
}

/** The position at which a page ends. Keys never change. */
export type ApplicationUserPosition = readonly [applicationKey: number, identityKey: number]

/** The users of applications by effective access, sorted by keys; at most `most` of them after `after`. */
export async function usersAfter(
  loaded: LoadedSnapshot | undefined,
  question: UserQuestion,
  after: ApplicationUserPosition | undefined,
  most: number,
): Promise<readonly ApplicationUser[]> {
  if (loaded === undefined) return []
  const { snapshot } = loaded
  const { applicationKey, identityKey } = snapshot
  const { offset, identity } = await applicationUsers(snapshot)
  const keeps = keptBy(snapshot, question)
  const applications = question.applicationKeys && new Set(question.applicationKeys)
  const found: ApplicationUser[] = []
  for (let a = after === undefined ? 0 : lowerBound(applicationKey, after[0]); a < applicationKey.length; a++) {
    const key = applicationKey[a]!
    if (applications !== undefined && !applications.has(key)) continue
    let at = offset[a]!
    if (after !== undefined && key === after[0])
      at = lowerBound(identity, lowerBound(identityKey, after[1] + 1), offset[a], offset[a + 1])
    for (; at < offset[a + 1]! && found.length < most; at++) {
      if (keeps(identity[at]!)) found.push({ applicationKey: key, identityKey: identityKey[identity[at]!]! })
    }
    if (found.length === most) break
  }
  return found
}

function keptBy(snapshot: Snapshot, { identityKeys, statuses, types }: UserQuestion): (identity: number) => boolean {
  const { identityKey, identityStatus, identityType } = snapshot
  const people = identityKeys && new Set(identityKeys)
  const inStatus = new Set<number>(statuses.map((status) => identityStatuses[status]))
  const ofType = new Set<number>(types.map((type) => identityTypes[type]))
  return (identity) =>
    (people === undefined || people.has(identityKey[identity]!)) &&
    (inStatus.size === 0 || inStatus.has(identityStatus[identity]!)) &&
    (ofType.size === 0 || ofType.has(identityType[identity]!))
}

/** The number of identities with access in each of the applications, in order. */
export async function countApplicationUsers(
  loaded: LoadedSnapshot | undefined,
  applicationKeys: readonly number[],
): Promise<readonly number[]> {
  if (loaded === undefined) return applicationKeys.map(() => 0)
  const { snapshot } = loaded
  const { offset } = await applicationUsers(snapshot)
  return applicationKeys.map((key) => {
    const ordinal = ordinalOf(snapshot.applicationKey, key)
    return ordinal === -1 ? 0 : offset[ordinal + 1]! - offset[ordinal]!
  })
}
