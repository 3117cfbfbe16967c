import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateOrganisation, type Organisation, toCsv } from '@assay/sample-org'
import { median } from './bench.ts'
import type { BenchPlatform } from './bench-platform.ts'
import type { SailpointCalls } from './sailpoint-calls.ts'

/** A role in the form that the judge compares. */
interface Judged {
  readonly identities: ReadonlySet<string>
  readonly entitlements: ReadonlySet<string>
}

const leastSimilarity = 0.9
const leastIdentities = 20
const existingProfiles = 20

interface Recovery {
  /** The share of the planted roles with a rule over attributes and at least 20 identities that was found. */
  readonly recall: number
  /** The number of these planted roles. */
  readonly plantedCount: number
  readonly plantedQuality: number
  readonly otherQuality: number
  readonly unplantedQuality: number
}

/**
 * Measures how many planted roles of an organisation are among the potential roles, by identities and by entitlements. Then access profiles
 * for twenty of the planted roles exist. It measures three medians of quality: of the potential roles that are planted and not yet
 * profiles; of all others, which are similar to no planted role or exist already; and of those that are similar to no planted role.
 */
export async function recoveryThroughCalls(
  platform: BenchPlatform,
  calls: SailpointCalls,
  seed: number,
  identityCount: number,
): Promise<Recovery> {
  const organisation = generateOrganisation({ seed, identityCount, missingShare: 0.05, extraShare: 0.02 })
  const planted = organisation.plantedRoles
    .filter(({ filters, identityIds }) => filters.length > 0 && identityIds.length >= leastIdentities)
    .map(({ identityIds, entitlementIds }) => ({
      identities: new Set(identityIds),
      entitlements: new Set(entitlementIds),
    }))
  const before = await potentialRoles(platform, calls, organisation, [])
  const recall = planted.filter((role) => before.some((mined) => isSame(role, mined))).length / planted.length
  const toBeMade = planted.slice(existingProfiles)
  const after = await potentialRoles(platform, calls, organisation, planted.slice(0, existingProfiles))
  const isAmong = (mined: Judged, roles: readonly Judged[]) => roles.some((role) => isSame(role, mined))
  const medianQuality = (isMeant: (mined: Judged) => boolean) =>
    median(after.filter(isMeant).map(({ quality }) => quality))
  return {
    recall,
    plantedCount: planted.length,
    plantedQuality: medianQuality((mined) => isAmong(mined, toBeMade)),
    otherQuality: medianQuality((mined) => !isAmong(mined, toBeMade)),
    unplantedQuality: medianQuality((mined) => !isAmong(mined, planted)),
  }
}

async function potentialRoles(
  { folder, load }: BenchPlatform,
  calls: SailpointCalls,
  organisation: Organisation,
  profiles: readonly Judged[],
): Promise<(Judged & { readonly quality: number })[]> {
  for (const { fileName, chunks } of toCsv(organisation)) await writeFile(join(folder, fileName), [...chunks].join(''))
  const held = profiles.flatMap(({ entitlements }, i) => [...entitlements].map((id) => `p${i},${id}`))
  await writeFile(
    join(folder, 'access_profiles.csv'),
    lines(['id,display_name', ...profiles.map((_, i) => `p${i},P ${i}`)]),
  )
  await writeFile(join(folder, 'access_profile_entitlements.csv'), lines(['access_profile_id,entitlement_id', ...held]))
  await load(folder)
  const { session } = await calls.session({})
  const ofSession = `/role-mining-sessions/${session.id}/potential-role-summaries`
  const summaries = await calls.all<{ id: string }>(ofSession)
  return Promise.all(
    summaries.map(async ({ id }) => {
      const role = await calls.ask<{ quality: number; identityIds: string[] }>('GET', `${ofSession}/${id}`)
      const entitlements = await calls.all<{ id: string }>(`${ofSession}/${id}/entitlements`)
      return {
        quality: role.quality,
        identities: new Set(role.identityIds),
        entitlements: new Set(entitlements.map((entitlement) => entitlement.id)),
      }
    }),
  )
}

const lines = (rows: readonly string[]) => `${rows.join('\n')}\n`

function isSame(a: Judged, b: Judged): boolean {
  return (
    jaccard(a.entitlements, b.entitlements) >= leastSimilarity && jaccard(a.identities, b.identities) >= leastSimilarity
  )
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return a.intersection(b).size / a.union(b).size
}
