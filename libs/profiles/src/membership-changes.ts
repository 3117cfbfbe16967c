import { itemAt } from '@assay/errors'
import type { TenantSql } from '@assay/store'

/** How many members or tasks one evaluation changed. */
export interface MembershipChanges {
  readonly joined: number
  readonly left: number
  readonly tasksOpened: number
  readonly tasksWithdrawn: number
}

/** The members that a profile has, and what its rule makes of them. Identity keys, ascending. */
export interface MembershipDifference {
  readonly profileId: string
  readonly createTasks: boolean
  readonly memberCount: number
  readonly joining: Int32Array
  readonly leaving: Int32Array
}

/**
 * Says whom something keeps from joining, parallel to the differences.
 * @returns who may join, of those who would; and, where not everybody, why, for people to read
 */
export type HoldBack = (
  sql: TenantSql,
  differences: readonly MembershipDifference[],
) => Promise<readonly { readonly joining: Int32Array; readonly note: string }[]>

/** Differences without those who are kept from joining, each with the reason; empty where everybody may join. */
export async function afterHoldBack(
  sql: TenantSql,
  holdBack: HoldBack | undefined,
  differences: readonly MembershipDifference[],
): Promise<readonly (MembershipDifference & { readonly note: string })[]> {
  const held = await holdBack?.(sql, differences)
  return differences.map((one, index) => ({ ...one, ...(held?.[index] ?? { note: '' }) }))
}

/** A profile and the identities that its rule selects, ascending. */
interface Selection {
  readonly profile: { readonly id: string; readonly createTasks: boolean }
  readonly selected: Int32Array
}

/** So many changes go into one statement, so that none of them needs memory for millions. */
const mostChangesAtOnce = 500_000

/**
 * Compares what rules select with the members there are, all of them read by one statement. Until the transaction ends
 * no other transaction changes members of these profiles.
 */
export async function differencesOf(sql: TenantSql, selections: readonly Selection[]): Promise<MembershipDifference[]> {
  const ids = selections.map(({ profile }) => profile.id)
  // Whoever resolves a task holds the profile's row in a way that excludes this one.
  await sql`select from access_profiles where id = any(${ids}::uuid[]) order by id for no key update`
  return compared(selections, await membersOf(sql, ids))
}

/** Identity keys by profile, ascending. Profiles without any do not appear. */
type KeysByProfile = ReadonlyMap<string, Int32Array>

/** Compares what rules select with the keys that each profile has. */
export function compared(selections: readonly Selection[], keys: KeysByProfile): MembershipDifference[] {
  return selections.map(({ profile, selected }) => ({
    profileId: profile.id,
    createTasks: profile.createTasks,
    ...differenceBetween(selected, keys.get(profile.id)),
  }))
}

/** Both ascending; no keys at all count as none. */
export function differenceBetween(selected: Int32Array, present: Int32Array = new Int32Array(0)) {
  return {
    memberCount: present.length,
    joining: without(selected, present),
    leaving: without(present, selected),
  }
}

export function membersOf(sql: TenantSql, ids: readonly string[]): Promise<KeysByProfile> {
  return keysByProfile(
    sql,
    sql`select profile_id, identity_key from access_profile_members where profile_id = any(${[...ids]}::uuid[])`,
  )
}

/**
 * What the last evaluation selected: the members, and what tasks in force ask for where each change is a task. That the
 * change waits, or was declined, is no part of the rule's answer.
 */
export function lastAnswersOf(sql: TenantSql, ids: readonly string[]): Promise<KeysByProfile> {
  const asked = (kind: 'enrol' | 'unenrol') => sql`
    select task.profile_id, task.identity_key from access_profile_tasks task
    join access_profiles profile on profile.tenant_id = task.tenant_id and profile.id = task.profile_id
    where task.in_force and task.kind = ${kind} and profile.create_tasks and profile.id = any(${[...ids]}::uuid[])`
  return keysByProfile(
    sql,
    sql`
      (select profile_id, identity_key from access_profile_members where profile_id = any(${[...ids]}::uuid[])
        union ${asked('enrol')})
      except ${asked('unenrol')}`,
  )
}

async function keysByProfile(sql: TenantSql, pairs: ReturnType<TenantSql>): Promise<KeysByProfile> {
  // As texts: the driver would go through millions of numbers one by one.
  const rows = await sql<{ id: string; keys: string }[]>`
    select profile_id as id, string_agg(identity_key::text, ',' order by identity_key) as keys
    from (${pairs}) as pair group by profile_id`
  return new Map(rows.map(({ id, keys }) => [id, Int32Array.from(keys.split(','), Number)]))
}

/** What is in `keys` and not in `others`, both ascending. */
function without(keys: Int32Array, others: Int32Array): Int32Array {
  let at = 0
  return keys.filter((key) => {
    while (at < others.length && itemAt(others, at) < key) at++
    return others[at] !== key
  })
}

/**
 * Makes the members those whom the rules select; with `createTasks` it asks for each change by a pending task instead,
 * and withdraws the tasks that the rule no longer asks for. Only what differs is written, for all profiles together.
 */
export async function makeChanges(
  sql: TenantSql,
  tenantId: number,
  differences: readonly MembershipDifference[],
): Promise<MembershipChanges> {
  const direct = differences.filter(({ createTasks }) => !createTasks)
  const asked = differences.filter(({ createTasks }) => createTasks)
  const tasksWithdrawn = await withdrawTasks(sql, asked)
  const changes = { joined: 0, left: 0, tasksOpened: 0, tasksWithdrawn }
  for (const part of portions(direct, 'leaving')) {
    const { count } = await sql`
      delete from access_profile_members using (${rowsOf(sql, part)}) as change
      where access_profile_members.profile_id = change.profile_id
        and access_profile_members.identity_key = change.identity_key`
    changes.left += count
  }
  for (const part of portions(direct, 'joining')) {
    const { count } = await sql`
      insert into access_profile_members (tenant_id, profile_id, identity_key)
      select ${tenantId}, profile_id, identity_key from (${rowsOf(sql, part)}) as change
      on conflict do nothing`
    changes.joined += count
  }
  for (const [kind, direction] of [
    ['enrol', 'joining'],
    ['unenrol', 'leaving'],
  ] as const) {
    for (const part of portions(asked, direction)) {
      const { count } = await sql`
        insert into access_profile_tasks (tenant_id, profile_id, identity_key, kind)
        select ${tenantId}, profile_id, identity_key, ${kind} from (${rowsOf(sql, part)}) as change
        on conflict do nothing`
      changes.tasksOpened += count
    }
  }
  return changes
}

/** A change of members by a rule, for the ledger: who they are, the rule and the load say. */
export function membersEntry({ memberCount, joining, leaving, createTasks }: MembershipDifference) {
  const after = { joining: joining.length, leaving: leaving.length, asTasks: createTasks }
  return { kind: 'profile.members.follow', before: { members: memberCount }, after }
}

/** Takes back every task of profiles that is in force: their rules no longer decide. */
export async function withdrawAllTasks(sql: TenantSql, profileIds: readonly string[]): Promise<void> {
  await sql`
    update access_profile_tasks
    set in_force = false, state = case state when 'pending' then 'withdrawn' else state end
    where in_force and profile_id = any(${[...profileIds]}::uuid[])`
}

async function withdrawTasks(sql: TenantSql, differences: readonly MembershipDifference[]): Promise<number> {
  if (differences.length === 0) return 0
  const byProfile = new Map(
    differences.map(({ profileId, joining, leaving }) => [
      profileId,
      { enrol: new Set(joining), unenrol: new Set(leaving) },
    ]),
  )
  const tasks = await sql<{ id: string; profileId: string; identityKey: number; kind: 'enrol' | 'unenrol' }[]>`
    select id, profile_id as "profileId", identity_key as "identityKey", kind from access_profile_tasks
    where in_force and profile_id = any(${[...byProfile.keys()]}::uuid[])`
  const idle = tasks.filter((task) => !byProfile.get(task.profileId)?.[task.kind].has(task.identityKey))
  if (idle.length === 0) return 0
  const withdrawn = await sql<{ state: string }[]>`
    update access_profile_tasks
    set in_force = false, state = case state when 'pending' then 'withdrawn' else state end
    where id = any(${idle.map(({ id }) => id)}::uuid[]) and in_force
    returning state`
  return withdrawn.filter(({ state }) => state === 'withdrawn').length
}

/** A profile and keys, as a text that Postgres reads as an array. */
interface ProfileKeys {
  readonly profileId: string
  readonly keys: string
}

/** The changes of a direction, in portions for one statement each; profiles without any do not appear. */
function* portions(
  differences: readonly MembershipDifference[],
  direction: 'joining' | 'leaving',
): Generator<readonly ProfileKeys[]> {
  let portion: ProfileKeys[] = []
  let count = 0
  for (const { profileId, [direction]: keys } of differences) {
    for (let start = 0; start < keys.length; ) {
      const some = keys.subarray(start, start + mostChangesAtOnce - count)
      portion.push({ profileId, keys: `{${some.join(',')}}` })
      count += some.length
      start += some.length
      if (count < mostChangesAtOnce) continue
      yield portion
      portion = []
      count = 0
    }
  }
  if (portion.length > 0) yield portion
}

function rowsOf(sql: TenantSql, portion: readonly ProfileKeys[]) {
  return sql`
    select part.profile_id, unnest(part.keys::integer[]) as identity_key
    from unnest(${portion.map(({ profileId }) => profileId)}::uuid[], ${portion.map(({ keys }) => keys)}::text[])
      as part (profile_id, keys)`
}
