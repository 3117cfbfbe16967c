import { itemAt } from '@assay/errors'
import type { TenantSql } from '@assay/store'

/** The number of members and tasks that one evaluation changed. */
export interface MembershipChanges {
  readonly joined: number
  readonly left: number
  readonly tasksOpened: number
  readonly tasksWithdrawn: number
}

/** The difference between the members of a profile and the result of its rule. Identity keys, ascending. */
export interface MembershipDifference {
  readonly profileId: string
  readonly createTasks: boolean
  readonly memberCount: number
  readonly joining: Int32Array
  readonly leaving: Int32Array
}

/**
 * Finds the people who must not join, parallel to the differences.
 * @returns the people who may join; and, when that is not everybody, the reason for people to read
 */
export type HoldBack = (
  sql: TenantSql,
  differences: readonly MembershipDifference[],
) => Promise<readonly { readonly joining: Int32Array; readonly note: string }[]>

/** The differences without people who must not join, each with the reason; the reason is empty when all may join. */
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

/** At most this number of changes is written by one statement, so that no statement needs memory for millions. */
const mostChangesAtOnce = 500_000

/**
 * Compares the results of rules with the present members, which one statement reads. Until the transaction ends, no other transaction
 * changes members of these profiles.
 */
export async function differencesOf(sql: TenantSql, selections: readonly Selection[]): Promise<MembershipDifference[]> {
  const ids = selections.map(({ profile }) => profile.id)
  // Resolving a task locks the profile's row in a mode that excludes this one.
  await sql`select from access_profiles where id = any(${ids}::uuid[]) order by id for no key update`
  return compared(selections, await membersOf(sql, ids))
}

/** Identity keys by profile, ascending. Profiles without any are left out. */
type KeysByProfile = ReadonlyMap<string, Int32Array>

/** Compares the results of rules with the keys of each profile. */
export function compared(selections: readonly Selection[], keys: KeysByProfile): MembershipDifference[] {
  return selections.map(({ profile, selected }) => ({
    profileId: profile.id,
    createTasks: profile.createTasks,
    ...differenceBetween(selected, keys.get(profile.id)),
  }))
}

/** Both are ascending; undefined means none. */
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
 * The result of the last evaluation: the members, and the tasks in force if each change is a task. Whether a change waits or was declined
 * does not matter for the result of the rule.
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
  // As texts: the driver would convert millions of numbers one by one.
  const rows = await sql<{ id: string; keys: string }[]>`
    select profile_id as id, string_agg(identity_key::text, ',' order by identity_key) as keys
    from (${pairs}) as pair group by profile_id`
  return new Map(rows.map(({ id, keys }) => [id, Int32Array.from(keys.split(','), Number)]))
}

/** The keys that are not in `others`, both ascending. */
function without(keys: Int32Array, others: Int32Array): Int32Array {
  let at = 0
  return keys.filter((key) => {
    while (at < others.length && itemAt(others, at) < key) at++
    return others[at] !== key
  })
}

/**
 * Makes the selected people the members. With `createTasks` it opens a pending task for each change instead, and withdraws the tasks that
 * the rule does not require any more. Only differences are written, for all profiles together.
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

/** The ledger's entry for a change of members by a rule. The people follow from the rule and the load. */
export function membersEntry({ memberCount, joining, leaving, createTasks }: MembershipDifference) {
  const after = { joining: joining.length, leaving: leaving.length, asTasks: createTasks }
  return { kind: 'profile.members.follow', before: { members: memberCount }, after }
}

/** Withdraws every task in force of profiles: their rules do not decide any more. */
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

/** A profile and its keys, as a text that Postgres reads as an array. */
interface ProfileKeys {
  readonly profileId: string
  readonly keys: string
}

/** The changes in one direction, in portions for one statement each; profiles without any are left out. */
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
