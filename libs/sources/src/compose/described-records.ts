import type { At } from '../faults.ts'
import { isListName } from '../list-attributes.ts'
import type { Described, Reference } from '../map/map.ts'
import { personFields } from '../map/map-members.ts'
import type { SecretColumns } from '../secret-columns.ts'
import { isMembers, type Members, type Value } from '../value.ts'
import { taken } from './add-people.ts'
import { idText, namedTexts } from './record-values.ts'

const fieldNames: ReadonlySet<string> = new Set(personFields)
/** Each word maps to itself, so that half a million records share these texts. */
const statuses = wordsOf('enabled', 'disabled', 'deleted')
const types = wordsOf('human', 'service', 'agent', 'system')

function wordsOf(...words: readonly string[]): ReadonlyMap<Value, string> {
  return new Map(words.map((word) => [word, word]))
}

/** Shared by nearly all records; the keys of a record are never changed. */
const noKeys: Record<string, string> = Object.freeze(namedTexts())

/** A text that normalization does not change: no surrounding blanks, and only ASCII characters. */
const plain = /^[!-~](?:[ -~]*[!-~])?$/

function isPlain(value: Value): value is string {
  return typeof value === 'string' && plain.test(value)
}

/**
 * The content of a stored record of a person or an account, if all its values are in their normal form. Evaluating an expression
 * for each value would take longer than everything else for half a million accounts. Undefined for any other record.
 */
export function describedOf(
  record: Members,
  place: { readonly part: string; readonly at: At },
  { keyNames, manager }: { readonly keyNames: readonly string[]; readonly manager: Reference | undefined },
  secrets: SecretColumns,
): Described | undefined {
  const { id, fields, attributes } = record
  if (!isPlain(id) || !isMembers(fields)) return undefined
  const [status, type] = [statuses.get(fields.status), types.get(fields.type)]
  if (status === undefined || type === undefined) return undefined
  const keys = keysOf(record.keys, keyNames)
  const own = textsOf(fields, (name) => fieldNames.has(name))
  const isFree = (name: string) => !taken.has(name) && !secrets.leavesOut(place.part, name)
  const others =
    attributes === undefined ? namedTexts() : isMembers(attributes) ? textsOf(attributes, isFree) : undefined
  if (keys === undefined || own === undefined || others === undefined) return undefined
  own.status = status
  own.type = type
  const said = manager === undefined ? '' : (record.manager ?? '')
  if (said !== '' && !isPlain(said)) return undefined
  return {
    id: idText(id, 'id'),
    place,
    fields: own,
    attributes: others,
    keys,
    manager: manager === undefined || said === '' ? undefined : { value: said, match: manager.match },
  }
}

function textsOf(members: Members, mayBe: (name: string) => boolean): Record<string, string> | undefined {
  const texts = namedTexts()
  for (const name in members) {
    const value = members[name]
    if (!mayBe(name) || !isPlain(value)) return undefined
    texts[name] = value
  }
  return texts
}

function keysOf(keys: Value, keyNames: readonly string[]): Record<string, string> | undefined {
  if (keyNames.length === 0 || (Array.isArray(keys) && keys.length === 0)) return noKeys
  if (!isMembers(keys)) return undefined
  const texts = namedTexts()
  for (const name of keyNames) {
    if (!Object.hasOwn(keys, name)) continue
    const value = keys[name]
    if (isListName(name) || !isPlain(value)) return undefined
    texts[name] = value
  }
  return texts
}
