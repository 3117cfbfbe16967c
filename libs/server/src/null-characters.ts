import { type FieldViolation, invalidArgument } from '@assay/errors'
import type { DescField, DescMessage, MessageShape } from '@bufbuild/protobuf'
import {
  isReflectMessage,
  type ReflectList,
  type ReflectMap,
  type ReflectMessage,
  reflect,
} from '@bufbuild/protobuf/reflect'
import type { Interceptor } from '@connectrpc/connect'

/**
 * Refuses requests with U+0000 in a string, naming the field: Postgres text cannot hold it, and an id with it would look
 * like one that merely does not exist.
 */
export function refuseNullCharacters(): Interceptor {
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
  const field = findNullCharacter(desc, message)
  if (field !== undefined) throw invalidArgument(field, 'must not contain U+0000')
}

/** The path, in the names of the proto, of the first string with U+0000. */
export function findNullCharacter<Desc extends DescMessage>(
  desc: Desc,
  message: MessageShape<Desc>,
): FieldViolation['field'] | undefined {
  return findInMessage(reflect(desc, message, false), '')
}

type Path = FieldViolation['field']

function findInMessage(message: ReflectMessage, path: Path): Path | undefined {
  for (const field of message.fields) {
    if (!message.isSet(field)) continue
    const found = findInField(message, field, path === '' ? field.name : `${path}.${field.name}`)
    if (found !== undefined) return found
  }
  return undefined
}

function findInField(message: ReflectMessage, field: DescField, path: Path): Path | undefined {
  switch (field.fieldKind) {
    case 'list':
      return findInEntries((message.get(field) as ReflectList).entries(), path)
    case 'map':
      return findInEntries((message.get(field) as ReflectMap).entries(), path)
    default:
      return findInValue(message.get(field), path)
  }
}

function findInEntries(entries: Iterable<readonly [unknown, unknown]>, path: Path): Path | undefined {
  for (const [key, value] of entries) {
    if (hasNull(key)) return path
    const found = findInValue(value, `${path}[${key}]`)
    if (found !== undefined) return found
  }
  return undefined
}

function findInValue(value: unknown, path: Path): Path | undefined {
  if (hasNull(value)) return path
  return isReflectMessage(value) ? findInMessage(value, path) : undefined
}

function hasNull(value: unknown): boolean {
  return typeof value === 'string' && value.includes('\0')
}
