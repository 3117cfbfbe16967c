import { createHash } from 'node:crypto'
import { invalidArgument, itemAt, resourceExhausted } from '@assay/errors'
import {
  type AccessProfile,
  entitlementsInOrder,
  getAccessProfile,
  listAccessProfiles,
  type ProfilePosition,
  profileContents,
} from '@assay/profiles'
import type { TenantSql } from '@assay/store'

/** The members of a profile that callers can change. */
export interface PublishedDetails {
  readonly displayName: string
  readonly description: string
  readonly celExpression: string
  readonly automationEnabled: boolean
  readonly createTasks: boolean
  readonly commonAccess: boolean
  readonly ownerId: string
}

export const detailNames = [
  'displayName',
  'description',
  'celExpression',
  'automationEnabled',
  'createTasks',
  'commonAccess',
  'ownerId',
] as const satisfies readonly (keyof PublishedDetails)[]

/** A profile as it is handed over, with keys of the directory. */
export interface PublishedContent {
  readonly profileId: string
  readonly details: PublishedDetails
  /** In the order of the profile. */
  readonly entitlementKeys: readonly number[]
  /** Ascending. */
  readonly memberKeys: ArrayLike<number>
  /** SHA-256 in hexadecimal, to compare contents. */
  readonly contentHash: string
}

/** The most profiles that a request may name. */
const mostNamed = 100
/** The limits of one publication, so that its files are made in seconds. */
const most = { profiles: 1000, members: 1_000_000, entitlements: 200_000 } as const

/**
 * The present contents of profiles, in the order of names, then ids.
 * @param profileIds empty for all
 * @throws not_found; invalid_argument for too many or repeated ids; resource_exhausted above the limits of a publication
 */
export async function publishedContents(
  sql: TenantSql,
  profileIds: readonly string[],
): Promise<readonly PublishedContent[]> {
  const profiles = profileIds.length === 0 ? await allProfiles(sql) : await namedProfiles(sql, profileIds)
  requireFew(profiles)
  const ids = profiles.map(({ id }) => id)
  const contents = await profileContents(sql, ids)
  const entitlements = await entitlementsInOrder(sql, ids)
  return profiles.map((profile, place) =>
    contentOf(profile, entitlements.get(profile.id) ?? [], itemAt(contents, place).memberKeys),
  )
}

/** The hash of all contents together; hexadecimal. */
export function hashOfContents(contents: readonly PublishedContent[]): string {
  const hash = createHash('sha256')
  for (const { profileId, contentHash } of contents) hash.update(`${profileId} ${contentHash}\n`)
  return hash.digest('hex')
}

function contentOf(
  profile: AccessProfile,
  entitlementKeys: readonly number[],
  memberKeys: ArrayLike<number>,
): PublishedContent {
  const details = Object.fromEntries(detailNames.map((name) => [name, profile[name]])) as unknown as PublishedDetails
  const hash = createHash('sha256')
  hash.update(JSON.stringify([profile.id, detailNames.map((name) => details[name]), entitlementKeys]))
  hash.update(Int32Array.from(memberKeys))
  return { profileId: profile.id, details, entitlementKeys, memberKeys, contentHash: hash.digest('hex') }
}

async function allProfiles(sql: TenantSql): Promise<AccessProfile[]> {
  const profiles: AccessProfile[] = []
  let after: ProfilePosition | undefined
  do {
    const page = await listAccessProfiles(sql, { size: 100, after })
    profiles.push(...page.profiles)
    after = page.last
    // Reading stops once there are too many.
  } while (after !== undefined && profiles.length <= most.profiles)
  return profiles
}

async function namedProfiles(sql: TenantSql, ids: readonly string[]): Promise<AccessProfile[]> {
  if (ids.length > mostNamed)
    throw invalidArgument('access_profile_ids', `may name at most ${mostNamed} profiles; it names ${ids.length}`)
  const profiles = new Map<string, AccessProfile>()
  for (const id of ids) {
    const profile = await getAccessProfile(sql, id)
    if (profiles.has(profile.id)) throw invalidArgument('access_profile_ids', `names the profile ${profile.id} twice`)
    profiles.set(profile.id, profile)
  }
  const order = (profile: AccessProfile) => profile.displayName.toLowerCase()
  return [...profiles.values()].sort((a, b) => compare(order(a), order(b)) || compare(a.id, b.id))
}

function requireFew(profiles: readonly AccessProfile[]): void {
  const sum = (count: (profile: AccessProfile) => number) =>
    profiles.reduce((total, profile) => total + count(profile), 0)
  const counts = {
    profiles: profiles.length,
    members: sum(({ memberCount }) => memberCount),
    entitlements: sum(({ entitlementCount }) => entitlementCount),
  }
  for (const noun of ['profiles', 'members', 'entitlements'] as const)
    if (counts[noun] > most[noun])
      throw resourceExhausted(
        `these are more ${noun} than one publication may hold, which is ${most[noun].toLocaleString('en')}; name some of the profiles instead of all`,
      )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
