import { type DescField, type DescMessage, type Message, type MessageShape, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

const bytesOf = new WeakMap<Message, Uint8Array>()

/**
 * Encodes a message and stores its bytes as long as the message exists; responses that contain it are built from these bytes.
 * The message must not change any more. The cache of the messages limits both.
 *
 * @returns the number of bytes
 */
export function keepEncoded<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): number {
  const bytes = toBinary(desc, message)
  bytesOf.set(message, bytes)
  return bytes.length
}

/** The bytes of `toBinary`. It uses stored bytes only for the first field, which has the item or the page of a response. */
export function encodeAnswer(desc: DescMessage, answer: Message): Uint8Array {
  const first = firstField(desc)
  const held = first === undefined ? [] : messagesIn(first, answer)
  if (first?.message === undefined || !held.some((message) => bytesOf.has(message))) return toBinary(desc, answer)
  const writer = new BinaryWriter()
  for (const message of held) {
    writer.tag(first.number, WireType.LengthDelimited).bytes(bytesOf.get(message) ?? toBinary(first.message, message))
  }
  return writer.raw(withoutField(desc, answer, first)).finish()
}

/** The bytes of all other fields. The message gets its field back: copying the message would take longer than writing the rest. */
function withoutField(desc: DescMessage, answer: Message, { localName, fieldKind }: DescField): Uint8Array {
  const fields = answer as unknown as Record<string, unknown>
  const held = fields[localName]
  fields[localName] = fieldKind === 'list' ? [] : undefined
  try {
    return toBinary(desc, answer)
  } finally {
    fields[localName] = held
  }
}

const firstFields = new WeakMap<DescMessage, DescField | undefined>()

function firstField(desc: DescMessage): DescField | undefined {
  if (!firstFields.has(desc)) {
    firstFields.set(desc, desc.fields.toSorted((one, other) => one.number - other.number).at(0))
  }
  return firstFields.get(desc)
}

function messagesIn(field: DescField, answer: Message): readonly Message[] {
  const value = (answer as unknown as Record<string, unknown>)[field.localName]
  if (field.fieldKind === 'list' && field.message !== undefined) return value as Message[]
  return field.fieldKind === 'message' && value !== undefined ? [value as Message] : []
}
