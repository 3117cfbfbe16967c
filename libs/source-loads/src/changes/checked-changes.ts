import { Faults, type Members, type RecordForms, type RecordKind, SourceRecords, storedSource } from '@assay/sources'
import { type Change, type ChangeKind, keyOf } from './change.ts'

/** A change whose record equals one that was read from a file. */
export interface CheckedChange extends Omit<Change, 'members'> {
  readonly key: string
  /** Undefined for a deletion. `form` is an index in `pushedForms`. */
  readonly record: Readonly<Record<string, unknown>> | undefined
}

/** How the records of change sets refer to others: by their ids. */
export const pushedForms: RecordForms = {
  people: [{ match: ['id'], among: ['identities'] }],
  accounts: [{ match: ['id'], among: ['identities'] }],
  grants: [
    { holder: { match: ['id'], among: ['identities'] }, entitlement: [] },
    { holder: { match: [], among: ['accounts'] }, entitlement: [] },
    { holder: { match: [], among: ['entitlements'], namesApplication: true }, entitlement: [] },
  ],
  usage: [{ match: ['id'], among: ['identities'] }],
}

const changesAtOnce = 2_000
/** The limit, since each key is looked up for every person of the source. */
export const mostKeyNames = 100

/**
 * Checks changes by the rules for records of files. Faults are added to `faults` with the position of the change, and those changes
 * are left out.
 * @param from the origin of the changes: the name of a file, or of a change set
 */
export async function* checkedChanges(
  changes: AsyncIterable<Change> | Iterable<Change>,
  from: string,
  faults: Faults,
): AsyncGenerator<CheckedChange, void, undefined> {
  let run: Change[] = []
  let upserted = new Set<string>()
  for await (const change of changes) {
    const key = keyOf(change)
    // Two records with one key in the same run would be combined.
    if (run.length >= changesAtOnce || (!change.isDeletion && upserted.has(key))) {
      yield* checkedRun(run, from, faults)
      run = []
      upserted = new Set()
    }
    run.push(change)
    if (!change.isDeletion) upserted.add(key)
  }
  yield* checkedRun(run, from, faults)
}

const recordKinds: Readonly<Record<ChangeKind, RecordKind>> = {
  identity: 'people',
  account: 'accounts',
  application: 'applications',
  entitlement: 'entitlements',
  grant: 'grants',
  membership: 'grants',
  usage: 'usage',
}

async function* checkedRun(run: readonly Change[], from: string, faults: Faults): AsyncGenerator<CheckedChange> {
  if (run.length === 0) return
  const upserts = Map.groupBy(
    run.filter(({ isDeletion }) => !isDeletion),
    ({ kind }) => recordKinds[kind],
  )
  const keyNames = new Set<string>()
  for (const { members, at } of run) {
    for (const [key] of Array.isArray(members.keys) ? members.keys : []) {
      if (keyNames.size < mostKeyNames) keyNames.add(String(key))
      else if (!keyNames.has(key)) {
        const reason = `people have more than ${mostKeyNames} different keys; give names of people as keys, and all else as attributes`
        faults.addFatal({ file: from, at, column: 'keys', reason })
        return
      }
    }
  }
  const source = storedSource(from, {
    forms: pushedForms,
    kinds: [...upserts.keys()],
    accountsOnly: false,
    keyNames: [...keyNames],
    read: async function* (kind) {
      yield (upserts.get(kind) ?? []).map((change) => ({
        ...change.members,
        form: String(formOf(change)),
        place: { part: from, at: String(change.at) },
      })) as readonly Members[]
    },
  })
  const found = new Faults()
  const records = new SourceRecords(source, { faults: found })
  await records.read()
  const checked = new Map<string, Readonly<Record<string, unknown>>>()
  const take = (kind: ChangeKind, ids: readonly string[], record: object) =>
    checked.set(keyOf({ kind, ids }), { ...record })
  for (const record of records.people) take('identity', [record.id], record)
  for (const record of records.accounts) take('account', [record.application, record.id], record)
  for (const record of records.applications) take('application', [record.id], record)
  for (const record of records.entitlements) take('entitlement', [record.application, record.id], record)
  for await (const batch of records.grants()) {
    for (const record of batch) {
      const { form, holder, holderApplication, application, entitlement } = record
      if (form === 2) take('membership', [holderApplication, holder, application, entitlement], record)
      else take('grant', [form === 0 ? 'identity' : 'account', holder, application, entitlement], record)
    }
  }
  for await (const batch of records.usage()) {
    for (const record of batch) take('usage', [record.holder, record.application, record.day], record)
  }
  for (const { file, at, column, reason } of found.first) faults.add(file, at, memberOf(column), reason)
  faults.count += found.count - found.first.length
  for (const { members: _, ...change } of run) {
    const key = keyOf(change)
    const record = change.isDeletion ? undefined : checked.get(key)
    // An upsert without a record has a fault.
    if (change.isDeletion || record !== undefined) yield { ...change, key, record }
  }
}

function formOf({ kind, ids }: Change): number {
  if (kind === 'membership') return 2
  return kind === 'grant' && ids[0] === 'account' ? 1 : 0
}

/** The name in a change for the member of a record. */
function memberOf(column: string): string {
  const member = column.replace(/^fields\./, '').replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return (
    { application: 'applicationId', entitlement: 'entitlementId', holder: 'identityId', manager: 'managerId' }[
      member
    ] ?? member
  )
}
