import { contentHash, valueHash } from './entry-content.ts'

export interface StoredEntry {
  readonly content: string
  readonly hash: Buffer
  /** The columns by which a search finds the entry. */
  readonly kind: string
  readonly subjectId: string | null
  readonly client: string | null
}

/** A value that is stored beside an entry. An erased value has neither salt nor value. */
export interface StoredValue {
  readonly field: string
  readonly salt: Buffer | undefined
  readonly value: string | undefined
}

interface EntryFault {
  readonly kind: 'altered' | 'value_altered' | 'value_missing'
  readonly detail: string
}

/** The faults of one entry and of the values beside it, and the number of erased values. */
export function checkEntry(
  id: string,
  entry: StoredEntry,
  sealedHash: Buffer,
  values: readonly StoredValue[],
): { readonly faults: readonly EntryFault[]; readonly erased: number } {
  const faults: EntryFault[] = []
  const { content, hash } = entry
  const ownHash = contentHash(content)
  if (!ownHash.equals(sealedHash)) {
    faults.push({ kind: 'altered', detail: 'the content is not the one that was sealed' })
  } else if (!hash.equals(ownHash)) {
    faults.push({ kind: 'altered', detail: "the entry's hash is not that of its content" })
  } else if (!content.includes(`"format":1,"id":"${id}"`)) {
    faults.push({ kind: 'altered', detail: 'the id of the entry is not the one in its content' })
  } else if (!isFoundAsItSays(entry)) {
    faults.push({
      kind: 'altered',
      detail: 'the indexed kind, subject or client of the entry differs from its content',
    })
  }
  let erased = 0
  for (const { field, salt, value } of values) {
    if (salt === undefined && value === undefined && isSpokenOf(content, field)) erased++
    else if (
      salt === undefined ||
      value === undefined ||
      !content.includes(commitmentOf(field, valueHash(salt, value)))
    ) {
      faults.push({
        kind: 'value_altered',
        detail: `the value "${field}" does not have the hash that the entry has for it`,
      })
    }
  }
  const spokenOf = content.split('"sha256":"').length - 1
  if (spokenOf > values.length) {
    const lost = spokenOf - values.length
    faults.push({ kind: 'value_missing', detail: `${lost} of ${spokenOf} values beside the entry were removed` })
  }
  return { faults, erased }
}

/**
 * True when the indexed columns agree with the content. Canonical JSON sorts members by name and escapes quotes inside texts, so each of
 * these texts can occur at one place only.
 */
function isFoundAsItSays({ content, kind, subjectId, client }: StoredEntry): boolean {
  return (
    content.includes(`"kind":${JSON.stringify(kind)},`) &&
    (subjectId === null
      ? !content.includes('"subject":{"id":')
      : content.includes(`"subject":{"id":${JSON.stringify(subjectId)},"type":`)) &&
    (client === null ? !content.includes('"client":') : content.includes(`"client":${JSON.stringify(client)},`))
  )
}

function isSpokenOf(content: string, field: string): boolean {
  return content.includes(field.startsWith('people.') ? '"people":[' : `"${memberOf[field] ?? field}":{"sha256":"`)
}

/** Members of the content that hold the hash of a value, where the member has another name than the value. */
const memberOf: Readonly<Record<string, string>> = { actor: 'who', subject: 'hidden' }

/**
 * The hash of a value as canonical content has it. Quotes inside texts are escaped, so nothing but the member itself matches this text.
 * People are a list: a match at any position of the list counts, since all their values are of one kind.
 */
function commitmentOf(field: string, hash: Buffer): string {
  const commitment = `{"sha256":"${hash.toString('hex')}"}`
  return field.startsWith('people.') ? commitment : `"${memberOf[field] ?? field}":${commitment}`
}
