import { type FieldViolation, invalidArgument } from '@assay/errors'
import { type DescField, type DescMessage, isMessage, type Message, type MessageShape } from '@bufbuild/protobuf'
import {
  isReflectMessage,
  type ReflectList,
  type ReflectMap,
  type ReflectMessage,
  reflect,
} from '@bufbuild/protobuf/reflect'
import { TimestampSchema, ValueSchema } from '@bufbuild/protobuf/wkt'
import type { Interceptor } from '@connectrpc/connect'

/**
 * Refuses requests with values that cannot be stored or answered, naming the field, as REST does: U+0000 in a string, which PostgreSQL text
 * cannot contain (an id with it would look like an unknown id); half of a surrogate pair, which UTF-8 cannot encode; numbers in free JSON
 * that JSON cannot express (`1e400` is read as infinity); and times outside the years 1 to 9999, which JSON and dates cannot express.
 */
export function refuseUnfitValues(): Interceptor {
  return (next) => async (request) => {
    const { input } = request.method
    if (!request.stream) {
      checkMessage(input, request.message)
      return next(request)
    }
    return next({ ...request, message: checked(input, request.message) })
  }
}

async function* checked<Desc extends DescMessage>(input: Desc, messages: AsyncIterable<MessageShape<Desc>>) {
  for await (const message of messages) {
    checkMessage(input, message)
    yield message
  }
}

function checkMessage<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): void {
  const unfit = findUnfitValue(desc, message)
  if (unfit !== undefined) throw invalidArgument(unfit.field, unfit.description)
}

/** The first value that cannot be stored or answered, with its path in the proto's names. */
export function findUnfitValue<Desc extends DescMessage>(
  desc: Desc,
  message: MessageShape<Desc>,
): FieldViolation | undefined {
  return findInMessage(reflect(desc, message, false), '')
}

type Path = FieldViolation['field']
type Found = FieldViolation | undefined

function findInMessage(message: ReflectMessage, path: Path): Found {
  for (const field of message.fields) {
    if (!message.isSet(field)) continue
    const found = findInField(message, field, path === '' ? field.name : `${path}.${field.name}`)
    if (found !== undefined) return found
  }
  return undefined
}

function findInField(message: ReflectMessage, field: DescField, path: Path): Found {
  switch (field.fieldKind) {
    case 'list':
      return findInEntries((message.get(field) as ReflectList).entries(), path)
    case 'map':
      return findInEntries((message.get(field) as ReflectMap).entries(), path)
    default:
      return findInValue(message.get(field), path)
  }
}

function findInEntries(entries: Iterable<readonly [unknown, unknown]>, path: Path): Found {
  for (const [key, value] of entries) {
    const inKey = textFault(key, path)
    if (inKey !== undefined) return inKey
    const found = findInValue(value, `${path}[${key}]`)
    if (found !== undefined) return found
  }
  return undefined
}

function findInValue(value: unknown, path: Path): Found {
  if (!isReflectMessage(value)) return textFault(value, path)
  if (isNumberBeyondJson(value.message)) return { field: path, description: 'must be a number that JSON can hold' }
  if (isTimeBeyondJson(value.message)) return { field: path, description: 'must be a time of the years 1 to 9999' }
  return findInMessage(value, path)
}

function textFault(value: unknown, path: Path): Found {
  if (typeof value !== 'string') return undefined
  if (value.includes('\0')) return { field: path, description: 'must not contain U+0000' }
  if (!value.isWellFormed()) return { field: path, description: 'must not contain half of a surrogate pair' }
  return undefined
}

/** The seconds of 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const [firstSecond, lastSecond] = [-62_135_596_800n, 253_402_300_799n]

function isTimeBeyondJson(message: Message): boolean {
  if (!isMessage(message, TimestampSchema)) return false
  const { seconds, nanos } = message
  return seconds < firstSecond || seconds > lastSecond || nanos < 0 || nanos > 999_999_999
}

function isNumberBeyondJson(message: Message): boolean {
  return isMessage(message, ValueSchema) && message.kind.case === 'numberValue' && !Number.isFinite(message.kind.value)
}
