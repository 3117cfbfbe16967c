import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync } from 'node:zlib'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** A .c1z file as a connector writes it: two people and a service account, a group with a member, a role of the group. */
export function connectorFileBytes(options: ConnectorFileOptions = {}): Buffer {
  return Buffer.concat([Buffer.from('C1ZF\0'), zstdCompressSync(connectorDatabase(options))])
}

interface ConnectorFileOptions {
  /** The form of files before grants had a column for their expansion and syncs a type. */
  readonly isOld?: boolean
  /** The newest sync has not ended. */
  readonly hasNoEnd?: boolean
}

export function connectorDatabase({ isOld = false, hasNoEnd = false }: ConnectorFileOptions = {}): Uint8Array {
  const database = new DatabaseSync(':memory:')
  database.exec(`
    create table v1_resource_types (id integer primary key, external_id text, data blob, sync_id text, discovered_at datetime);
    create table v1_resources (id integer primary key, resource_type_id text, external_id text, parent_resource_type_id text, parent_resource_id text, data blob, sync_id text, discovered_at datetime);
    create table v1_entitlements (id integer primary key, resource_type_id text, resource_id text, external_id text, data blob, sync_id text, discovered_at datetime);
    create table v1_grants (id integer primary key, resource_type_id text, resource_id text, entitlement_id text, principal_resource_type_id text, principal_resource_id text, external_id text, ${isOld ? '' : 'expansion blob,'} data blob, sync_id text, discovered_at datetime);
    create table v1_sync_runs (id integer primary key, sync_id text, started_at datetime, ended_at datetime, sync_token text, ${isOld ? 'is_partial boolean default false' : 'sync_type text'});
    create index by_sync on v1_grants (sync_id);
  `)
  const kind = (whole: boolean) => (isOld ? (whole ? 0 : 1) : whole ? 'full' : 'partial')
  const runs = database.prepare(
    `insert into v1_sync_runs (sync_id, started_at, ended_at, sync_token, ${isOld ? 'is_partial' : 'sync_type'}) values (?, ?, ?, '', ?)`,
  )
  runs.run('before', '2025-01-01 10:00:00', '2025-01-01 10:01:00', kind(true))
  runs.run('now', '2025-02-01 10:00:00', hasNoEnd ? null : '2025-02-01 10:01:00.5', kind(true))
  runs.run('some', '2025-03-01 10:00:00', '2025-03-01 10:01:00', kind(false))
  const put = (table: string, data: Uint8Array, sync: string) =>
    database.prepare(`insert into ${table} (data, sync_id) values (?, ?)`).run(data, sync)
  for (const [id, trait] of [
    ['user', 1],
    ['bot', 1],
    ['group', 2],
    ['role', 3],
  ] as const) {
    for (const sync of ['before', 'now']) put('v1_resource_types', message([1, id], [2, id], [3, [trait]]), sync)
  }
  const users = [
    resource(
      'user',
      'u1',
      'Ana',
      user({
        email: 'ana@x.test',
        status: 1,
        login: 'am',
        profile: { department: 'Sales', job_title: 'Lead', cost_center: 12 },
      }),
    ),
    resource(
      'user',
      'u2',
      'Bo',
      user({ email: 'bo@x.test', status: 2, login: 'bk', profile: { department: 'Sales' } }),
    ),
    resource('bot', 'u1', 'Backup', user({ status: 1, accountType: 2 })),
  ]
  const others = [resource('group', 'g1', 'Staff'), resource('role', 'r1', 'Seller')]
  for (const each of [...users, ...others]) put('v1_resources', each, 'now')
  put('v1_resources', resource('user', 'u9', 'Gone', user({ status: 1 })), 'before')
  const member = entitlement(others[0] ?? new Uint8Array(), 'group:g1:member', 'member')
  const assigned = entitlement(others[1] ?? new Uint8Array(), 'role:r1:assigned', 'assigned')
  for (const each of [member, assigned]) put('v1_entitlements', each, 'now')
  const grants = database.prepare(
    `insert into v1_grants (entitlement_id, principal_resource_type_id, principal_resource_id, data, sync_id${isOld ? '' : ', expansion'}) values (?, ?, ?, ?, ?${isOld ? '' : ', ?'})`,
  )
  const grant = (of: string, type: string, id: string, { sources = [] as string[], expands = [] as string[] } = {}) => {
    const expandable = message(...expands.map((each) => [1, each] as const))
    const data = message(
      ...(isOld ? ([[1, message([2, of])]] as const) : []),
      ...(isOld && expands.length > 0 ? ([[4, any('GrantExpandable', expandable)]] as const) : []),
      ...(sources.length > 0
        ? ([[5, message(...sources.map((each) => [1, message([1, each])] as const))]] as const)
        : []),
    )
    grants.run(of, type, id, data, 'now', ...(isOld ? [] : [expands.length > 0 ? expandable : null]))
  }
  grant('group:g1:member', 'user', 'u1')
  grant('group:g1:member', 'user', 'u2')
  grant('role:r1:assigned', 'bot', 'u1')
  grant('role:r1:assigned', 'group', 'g1', { expands: ['group:g1:member'] })
  grant('role:r1:assigned', 'user', 'u1', { sources: ['group:g1:member', 'role:r1:assigned'] })
  grant('role:r1:assigned', 'user', 'u2', { sources: ['group:g1:member'] })
  const bytes = database.serialize()
  database.close()
  return bytes
}

function resource(type: string, id: string, name: string, annotation?: Uint8Array): Uint8Array {
  const own = message([1, message([1, type], [2, id])], [3, name])
  return annotation === undefined ? own : Buffer.concat([own, message([4, annotation])])
}

interface UserOptions {
  readonly status: number
  readonly email?: string
  readonly login?: string
  readonly accountType?: number
  readonly profile?: Readonly<Record<string, string | number>>
}

function user({ status, email, login, accountType = 1, profile = {} }: UserOptions): Uint8Array {
  const entries = Object.entries(profile).map(([key, value]) => {
    return [1, message([1, key], [2, typeof value === 'string' ? message([3, value]) : number(value)])] as const
  })
  return any(
    'UserTrait',
    message(
      ...(email === undefined ? [] : ([[1, message([1, email])]] as const)),
      [2, message([1, status])],
      [3, message(...entries)],
      [5, accountType],
      ...(login === undefined ? [] : ([[6, login]] as const)),
    ),
  )
}

function entitlement(of: Uint8Array, id: string, slug: string): Uint8Array {
  return message([1, of], [2, id], [3, slug], [8, slug])
}

function any(type: string, value: Uint8Array): Uint8Array {
  return message([1, `type.googleapis.com/c1.connector.v2.${type}`], [2, value])
}

function number(value: number): Uint8Array {
  return new BinaryWriter().tag(2, WireType.Bit64).double(value).finish()
}

/** Fields by their numbers: texts and messages, numbers, and packed numbers. */
function message(
  ...fields: readonly (readonly [number, string | number | Uint8Array | readonly number[]])[]
): Uint8Array {
  const writer = new BinaryWriter()
  for (const [field, value] of fields) {
    if (typeof value === 'string') writer.tag(field, WireType.LengthDelimited).string(value)
    else if (typeof value === 'number') writer.tag(field, WireType.Varint).uint32(value)
    else if (value instanceof Uint8Array) writer.tag(field, WireType.LengthDelimited).bytes(value)
    else {
      writer.tag(field, WireType.LengthDelimited).fork()
      for (const each of value) writer.uint32(each)
      writer.join()
    }
  }
  return writer.finish()
}
