import type { DescMessage, Message, MessageShape } from '@bufbuild/protobuf'
import { requireFewEnough, requireShort } from './search-limits.ts'

/**
 * What a search does with a member of its request:
 *
 * - `narrows`: it is a condition that Assay can decide;
 * - `finds nothing`: it asks for a value that nothing has, because imports do not have it;
 * - `keeps all`: it is a condition that everything meets, so it changes nothing;
 * - `pages`: size and token of a page;
 * - `is ignored`: it is no condition.
 */
export type Handling = 'narrows' | 'finds nothing' | 'keeps all' | 'pages' | 'is ignored'

type MemberOf<Request extends Message> = Exclude<keyof Request, keyof Message>

/** One entry for each member of the request. Without an entry for a new member of the proto, the code does not compile. */
export type SearchMembers<Request extends Message> = Readonly<Record<MemberOf<Request>, Handling>>

/**
 * Reads a search by the table of its members. `findsNothing` says that some condition cannot be met; `query` is the value to which page
 * tokens are bound.
 * @throws invalid_argument naming a text with more than 1,000 characters or a list with more than 1,000 items
 */
export function readSearch<Desc extends DescMessage>(
  { fields }: Desc,
  members: SearchMembers<MessageShape<Desc>>,
  request: MessageShape<Desc>,
): { readonly findsNothing: boolean; readonly query: Readonly<Record<string, unknown>> } {
  const handlingOf = members as Readonly<Record<string, Handling>>
  const values = request as unknown as Readonly<Record<string, unknown>>
  const query: Record<string, unknown> = {}
  let findsNothing = false
  for (const { localName } of fields) {
    const value = values[localName]
    const handling = handlingOf[localName]
    if (handling === 'pages' || handling === 'is ignored') continue
    if (typeof value === 'string') requireShort({ [localName]: value })
    if (Array.isArray(value)) requireFewEnough({ [localName]: value })
    query[localName] = value
    if (handling === 'finds nothing' && isSet(value)) findsNothing = true
  }
  return { findsNothing, query }
}

/** Whether a condition is set: its value is not the zero of its type, and not a list that holds only zeros. */
function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isSet) : Boolean(value)
}
