import { listName, listSeparator, namesSecret } from '@assay/sources'

export type ChangeKind = 'identity' | 'account' | 'application' | 'entitlement' | 'grant' | 'membership' | 'usage'

/** One change from a client. Its names and types are checked; its values are checked later by the rules of records. */
export interface Change {
  readonly kind: ChangeKind
  readonly isDeletion: boolean
  /** The ids that name the record, in the order of `keysOf`. */
  readonly ids: readonly string[]
  /** The record in the form of stored records; for a deletion only its ids. */
  readonly members: Readonly<Record<string, unknown>>
  /** The position, from 1. */
  readonly at: number
}

/** A fault of a change. */
export class ChangeFault extends Error {
  override readonly name = 'ChangeFault'
  /** The member of the change with the fault, or empty. */
  readonly field: string

  constructor(field: string, reason: string) {
    super(reason)
    this.field = field
  }
}

type MemberType = 'id' | 'text' | 'flag' | 'keys' | 'attributes'

/** Members of an upsert by kind. Members of type `id` name the record and, for a grant, its holder. */
const upserts: Readonly<Record<ChangeKind, Readonly<Record<string, MemberType>>>> = {
  identity: {
    id: 'id',
    ...texts('displayName', 'email', 'username', 'department', 'jobTitle', 'employmentType', 'employmentStatus'),
    ...texts('status', 'type', 'managerId'),
    keys: 'keys',
    attributes: 'attributes',
  },
  account: {
    applicationId: 'id',
    id: 'id',
    ...texts('identityId', 'displayName', 'email', 'username', 'status', 'type'),
  },
  application: { id: 'id', ...texts('displayName', 'description') },
  entitlement: {
    applicationId: 'id',
    id: 'id',
    ...texts('displayName', 'description', 'resourceType', 'resource', 'attribute', 'riskLevel'),
    privileged: 'flag',
  },
  grant: {
    ...texts('identityId', 'accountId'),
    applicationId: 'id',
    entitlementId: 'id',
    ...texts('grantedAt', 'lastUsedAt'),
  },
  membership: { holderApplicationId: 'id', holderEntitlementId: 'id', applicationId: 'id', entitlementId: 'id' },
  usage: { identityId: 'id', applicationId: 'id', day: 'id' },
}

const holders = ['identityId', 'accountId']

const kinds = Object.keys(upserts) as ChangeKind[]
const names = new Map<string, { readonly kind: ChangeKind; readonly isDeletion: boolean }>(
  kinds.flatMap((kind) => {
    const capital = kind.charAt(0).toUpperCase() + kind.slice(1)
    return [
      [`upsert${capital}`, { kind, isDeletion: false }],
      [`delete${capital}`, { kind, isDeletion: true }],
    ] as const
  }),
)

/**
 * A change in JSON, such as `{"deleteIdentity": {"id": "e1"}}`.
 * @throws ChangeFault
 */
export function readChange(given: unknown, at: number): Change {
  if (!isObject(given))
    throw new ChangeFault('', 'is not a change; give an object such as {"deleteIdentity": {"id": "e1"}}')
  const [name, ...others] = Object.keys(given)
  const found = name === undefined ? undefined : names.get(name)
  if (name === undefined || found === undefined || others.length > 0) {
    const wrong = name === undefined ? 'is empty' : `has ${Object.keys(given).map(quoted).join(', ')}`
    throw new ChangeFault('', `${wrong}; give exactly one of ${[...names.keys()].join(', ')}`)
  }
  const { kind, isDeletion } = found
  const record = given[name]
  if (!isObject(record)) throw new ChangeFault(name, 'is not an object')
  const members = upserts[kind]
  const values: Record<string, unknown> = {}
  for (const [member, value] of Object.entries(record)) {
    const type = Object.hasOwn(members, member) ? members[member] : undefined
    const isName = type === 'id' || (kind === 'grant' && holders.includes(member))
    if (type === undefined || (isDeletion && !isName)) {
      const known = Object.keys(members).filter((one) => !isDeletion || members[one] === 'id' || isHolder(kind, one))
      throw new ChangeFault(member, `is unknown; there are ${known.join(', ')}`)
    }
    values[member] = memberValue(type, member, value)
  }
  const ids = idsOf(kind, members, values)
  return { kind, isDeletion, ids, members: recordOf(kind, values), at }
}

/** A text that identifies a record among all kinds. */
export function keyOf({ kind, ids }: Pick<Change, 'kind' | 'ids'>): string {
  return `${kind}\0${ids.join('\0')}`
}

function idsOf(
  kind: ChangeKind,
  members: Readonly<Record<string, MemberType>>,
  values: Readonly<Record<string, unknown>>,
): string[] {
  const ids = Object.entries(members)
    .filter(([, type]) => type === 'id')
    .map(([member]) => {
      const id = values[member] ?? ''
      if (id === '') throw new ChangeFault(member, 'is empty, and names the record')
      if (Buffer.byteLength(String(id)) > longestIdBytes) {
        throw new ChangeFault(member, `is longer than ${longestIdBytes} bytes`)
      }
      return String(id)
    })
  if (kind !== 'grant') return ids
  const { identityId = '', accountId = '' } = values
  if ((identityId === '') === (accountId === '')) {
    throw new ChangeFault('identityId', 'must name the holder; give either identityId or accountId')
  }
  return identityId === '' ? ['account', String(accountId), ...ids] : ['identity', String(identityId), ...ids]
}

const longestIdBytes = 1000
/** For one person. */
const mostKeys = 20

/** The record of a change, in the form of stored records. */
function recordOf(kind: ChangeKind, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { id, applicationId: application, identityId, accountId, entitlementId: entitlement } = values
  switch (kind) {
    case 'identity': {
      const { keys = [], attributes = {}, managerId: manager = '' } = values
      return { id, fields: fieldsOf(values, ['managerId']), attributes, keys, manager }
    }
    case 'account':
      return {
        application,
        id,
        fields: fieldsOf(values, ['identityId']),
        attributes: {},
        keys: [],
        identity: identityId,
      }
    case 'application':
      return { id, fields: fieldsOf(values) }
    case 'entitlement':
      return { application, id, fields: fieldsOf(values), keys: [] }
    case 'grant': {
      const { grantedAt = '', lastUsedAt = '' } = values
      return { holder: identityId || accountId, holderApplication: '', application, entitlement, grantedAt, lastUsedAt }
    }
    case 'membership': {
      const { holderApplicationId: holderApplication, holderEntitlementId: holder } = values
      return { holder, holderApplication, application, entitlement, grantedAt: '', lastUsedAt: '' }
    }
    case 'usage':
      return { holder: identityId, application, day: values.day }
  }
}

const notFields = new Set(['id', 'applicationId', 'keys', 'attributes'])

function fieldsOf(values: Readonly<Record<string, unknown>>, others: readonly string[] = []): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [member, value] of Object.entries(values)) {
    if (notFields.has(member) || others.includes(member) || value === '') continue
    fields[member.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value
  }
  return fields
}

function memberValue(type: MemberType, field: string, value: unknown): unknown {
  switch (type) {
    case 'id':
    case 'text':
      return textOf(field, value)
    case 'flag':
      if (typeof value !== 'boolean') throw new ChangeFault(field, 'has to be true or false')
      return value ? 'true' : ''
    case 'keys':
      if (!isObject(value)) throw new ChangeFault(field, 'has to be an object of texts')
      if (Object.keys(value).length > mostKeys) throw new ChangeFault(field, `has more than ${mostKeys} members`)
      return Object.entries(value)
        .map(([key, name]) => [key, textOf(`${field}.${key}`, name)] as const)
        .filter(([, name]) => name !== '')
    case 'attributes': {
      if (!isObject(value)) throw new ChangeFault(field, 'has to be an object of texts and lists of texts')
      const attributes: Record<string, string> = Object.create(null)
      for (const [name, each] of Object.entries(value)) {
        if (namesSecret(name)) {
          throw new ChangeFault(
            `${field}.${name}`,
            'has the name of a secret, and everybody who reads people sees their attributes; leave it out, or rename it if it holds none',
          )
        }
        if (!Array.isArray(each)) attributes[name] = textOf(`${field}.${name}`, each)
        else {
          const texts = each.map((one) => textOf(`${field}.${name}`, one)).filter((one) => one !== '')
          attributes[listName(name)] = [...new Set(texts)].sort().join(listSeparator)
        }
      }
      return attributes
    }
  }
}

/** The text without surrounding blanks, in the Unicode form of records. */
function textOf(field: string, value: unknown): string {
  if (typeof value !== 'string') throw new ChangeFault(field, 'has to be a text')
  if (value.includes('\0') || value.includes(listSeparator)) {
    throw new ChangeFault(field, 'holds a control character (U+0000 or U+001F); remove it')
  }
  return value.trim().normalize('NFC')
}

function isHolder(kind: ChangeKind, member: string): boolean {
  return kind === 'grant' && holders.includes(member)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}...` : name)
}

function texts(...members: string[]): Record<string, MemberType> {
  return Object.fromEntries(members.map((member) => [member, 'text' as const]))
}
