import { listed } from '@assay/errors'
import { accountIdsOf, placesInSource, type SystemSource, sourceOfSystem } from '@assay/source-loads'
import type { TenantSql } from '@assay/store'
import type { PublishedEntitlement, PublishedPerson, PublishedProfile, Target } from '@assay/targets'

/** An entitlement of which it is not known yet whether the system has it. */
export type LoadedEntitlement = Omit<PublishedEntitlement, 'isOwn'>
/** A profile with the ids of the loaded data. */
export type LoadedProfile = Omit<PublishedProfile, 'entitlements'> & {
  readonly entitlements: readonly LoadedEntitlement[]
}

interface SystemProfiles {
  readonly profiles: readonly PublishedProfile[]
  /** Whose ids the files have and what is left out, as sentences. */
  readonly notices: readonly string[]
}

/** The number of people and entitlements that are looked up together. */
const namesAtOnce = 10_000

/**
 * Profiles with the ids of the system that gets the files: its own entitlements, and people by their accounts in it.
 * @param sourceName the source that is the export of the system; '' for the only one that has its application
 * @throws the errors of `sourceOfSystem`
 */
export async function systemProfiles(
  sql: TenantSql,
  { title, system }: Target,
  sourceName: string,
  loaded: readonly LoadedProfile[],
): Promise<SystemProfiles> {
  if (system === undefined) return { profiles: loaded.map(withoutSystem), notices: [] }
  const source = await sourceOfSystem(sql, { name: sourceName, application: system.application })
  const entitlements = new Map<LoadedEntitlement, PublishedEntitlement>()
  const all = [...new Set(loaded.flatMap((profile) => profile.entitlements))]
  for (const some of batches(all)) {
    const places = source && (await placesInSource(sql, source, some))
    for (const [place, one] of some.entries())
      entitlements.set(one, { ...one, isOwn: places?.has(place) ?? system.owns(one) })
  }
  const left = [...entitlements.values()].filter((one) => !system.takes(one))
  const people = await peopleOfSystem(sql, source, loaded)
  const takesPerson = (person: PublishedPerson | undefined) => person !== undefined && system.takesPerson(person.id)
  const personOf = (person: PublishedPerson) => {
    const own = people.found.get(person)
    return takesPerson(own) ? own : undefined
  }
  const converted = loaded.map((profile) => ({
    ...profile,
    owner: profile.owner && personOf(profile.owner),
    entitlements: profile.entitlements.flatMap((one) => {
      const own = entitlements.get(one)
      return own !== undefined && system.takes(own) ? [own] : []
    }),
    members: profile.members.flatMap((person) => personOf(person) ?? []),
  }))
  // A profile that gave nothing before stays, so that only what the system lacks takes a profile away.
  const profiles = converted.filter(
    (profile, place) => profile.entitlements.length > 0 || loaded[place]?.entitlements.length === 0,
  )
  const members = new Set(loaded.flatMap((profile) => profile.members))
  return {
    profiles,
    notices: [
      ...noticesOfIds(title, source),
      ...noticesOfEntitlements(left, all.length, profiles.length, loaded.length),
      ...noticesOfMembers(source, {
        all: members.size,
        ambiguous: [...members].filter((person) => people.ambiguous.has(person)).length,
        left: [...members].filter((person) => personOf(person) === undefined && !people.ambiguous.has(person)).length,
      }),
    ],
  }
}

function withoutSystem(profile: LoadedProfile): PublishedProfile {
  return { ...profile, entitlements: profile.entitlements.map((one) => ({ ...one, isOwn: false })) }
}

/** Each person with the id in the system; people without an account, or with several, are absent. */
async function peopleOfSystem(
  sql: TenantSql,
  source: SystemSource | undefined,
  profiles: readonly LoadedProfile[],
): Promise<{
  readonly found: ReadonlyMap<PublishedPerson, PublishedPerson>
  readonly ambiguous: ReadonlySet<PublishedPerson>
}> {
  const all = new Set<PublishedPerson>()
  for (const { members, owner } of profiles) {
    for (const person of members) all.add(person)
    if (owner !== undefined) all.add(owner)
  }
  if (source === undefined) return { found: new Map([...all].map((person) => [person, person])), ambiguous: new Set() }
  const found = new Map<PublishedPerson, PublishedPerson>()
  const ambiguous = new Set<PublishedPerson>()
  for (const some of batches([...all])) {
    const ids = await accountIdsOf(
      sql,
      source,
      some.map(({ id }) => id),
    )
    for (const person of some) {
      const [id, ...others] = ids.get(person.id) ?? []
      if (id === undefined) continue
      if (others.length > 0) ambiguous.add(person)
      else found.set(person, { ...person, id })
    }
  }
  return { found, ambiguous }
}

function noticesOfIds(title: string, source: SystemSource | undefined): string[] {
  return source === undefined
    ? [
        `No source is named or known as the export of the system (${title}): ids are those of the loaded data. If the system has others, load its export and name that source.`,
      ]
    : [`Ids are those of the source ${source.name}.`]
}

function noticesOfEntitlements(
  left: readonly PublishedEntitlement[],
  entitlementCount: number,
  profileCount: number,
  loadedCount: number,
): string[] {
  const foreign = left.filter(({ isOwn }) => !isOwn)
  const unusable = left.filter(({ isOwn }) => isOwn)
  const gone = loadedCount - profileCount
  return [
    ...(foreign.length > 0
      ? [
          `${foreign.length} of ${counted(entitlementCount, 'entitlement')} belong to other applications (${applicationsOf(foreign)}) and are not in the files: give them in those applications, or hand the profiles over to a system that connects them.`,
        ]
      : []),
    ...(unusable.length > 0
      ? [
          `${unusable.length} of ${counted(entitlementCount, 'entitlement')} (${applicationsOf(unusable)}) have no id that the files can have and are not in them: give them in the system by hand.`,
        ]
      : []),
    ...(gone > 0
      ? [`${counted(gone, 'access profile')} of ${loadedCount} have nothing else and are not in the files.`]
      : []),
  ]
}

function noticesOfMembers(
  source: SystemSource | undefined,
  { all, ambiguous, left }: { readonly all: number; readonly ambiguous: number; readonly left: number },
): string[] {
  const where = source === undefined ? 'id that the system can have' : `account in the source ${source.name}`
  return [
    ...(left > 0
      ? [
          `${left} of ${counted(all, 'member')} have no ${where} and are not in the files: link their accounts, or create them, and hand over again.`,
        ]
      : []),
    ...(ambiguous > 0
      ? [
          `${ambiguous} of ${counted(all, 'member')} have several accounts in the source ${source?.name} and are not in the files: link the account that is meant and disable or unlink the others.`,
        ]
      : []),
  ]
}

function applicationsOf(entitlements: readonly PublishedEntitlement[]): string {
  const names = [...new Set(entitlements.map((one) => one.applicationDisplayName || one.applicationId))]
  return listed(names)
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function* batches<T>(items: readonly T[]): Generator<T[]> {
  for (let from = 0; from < items.length; from += namesAtOnce) yield items.slice(from, from + namesAtOnce)
}
