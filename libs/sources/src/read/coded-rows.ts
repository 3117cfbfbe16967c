import { Row } from '../row.ts'
import type { Value } from '../value.ts'
import { decodedBlock, type GrantCodes, type GrantTexts } from './grant-codes.ts'

/** The texts of blocks that are numbered together. */
class KnownTexts implements GrantTexts {
  readonly holders: GrantTexts['holders'][number][] = []
  readonly entitlements: GrantTexts['entitlements'][number][] = []
  readonly times: string[] = []
  readonly ends: string[] = []

  add({ holders, entitlements, times, ends }: GrantTexts): void {
    for (const holder of holders) this.holders.push(holder)
    for (const entitlement of entitlements) this.entitlements.push(entitlement)
    for (const time of times) this.times.push(time)
    for (const end of ends) this.ends.push(end)
  }
}

/** Stored grants as numbers of their texts: of the holder with what it depends on, of the entitlement likewise, and of times. Equal numbers are equal texts, as long as `texts` is the same object. */
export class CodedRows {
  readonly part: string
  readonly path: string
  readonly length: number
  readonly texts: GrantTexts
  readonly #codes: GrantCodes
  readonly #before: number

  /** @param before the number of rows before these */
  constructor(part: string, path: string, before: number, { codes, texts }: { codes: GrantCodes; texts: GrantTexts }) {
    this.part = part
    this.path = path
    this.length = codes.holder.length
    this.#codes = codes
    this.texts = texts
    this.#before = before
  }

  /** The form of the grant. It decides which rule takes it. */
  formOf(index: number): number {
    return this.texts.holders[this.holderOf(index)]?.[0] ?? -1
  }

  holderOf(index: number): number {
    return this.#codes.holder[index]!
  }

  entitlementOf(index: number): number {
    return this.#codes.entitlement[index]!
  }

  grantedAtOf(index: number): number {
    return this.#codes.grantedAt[index]!
  }

  lastUsedAtOf(index: number): number {
    return this.#codes.lastUsedAt[index]!
  }

  endsOf(index: number): number {
    return this.#codes.ends[index]!
  }

  row(index: number): CodedRow {
    return new CodedRow(this, index, this.#before + index + 1)
  }
}

/** A stored grant with its texts. */
export class CodedRow extends Row {
  readonly rows: CodedRows
  readonly index: number

  constructor(rows: CodedRows, index: number, at: number) {
    super(rows.part, at, rows.path)
    this.rows = rows
    this.index = index
  }

  get(column: string): Value {
    const { rows, index } = this
    const { texts } = rows
    const [form, holder, holderApplication, application] = texts.holders[rows.holderOf(index)] ?? []
    switch (column) {
      case 'form':
        return String(form)
      case 'holder':
        return holder
      case 'holderApplication':
        return holderApplication
      case 'application':
        return application
      case 'entitlement':
        return texts.entitlements[rows.entitlementOf(index)]?.[2]
      case 'grantedAt':
        return texts.times[rows.grantedAtOf(index)]
      case 'lastUsedAt':
        return texts.times[rows.lastUsedAtOf(index)]
      case 'ends':
        return texts.ends[rows.endsOf(index)]
      default:
        return undefined
    }
  }

  columns(): readonly string[] {
    return ['form', 'holder', 'holderApplication', 'application', 'entitlement', 'grantedAt', 'lastUsedAt', 'ends']
  }
}

/** Blocks of `GrantEncoder` as rows. */
export async function* codedGrantRows(
  part: string,
  path: string,
  blocks: AsyncIterable<Uint8Array>,
): AsyncGenerator<CodedRows, void, undefined> {
  let texts = new KnownTexts()
  let before = 0
  for await (const bytes of blocks) {
    const { rows, begins, texts: added, codes } = decodedBlock(bytes)
    if (begins) texts = new KnownTexts()
    texts.add(added)
    yield new CodedRows(part, path, before, { codes, texts })
    before += rows
  }
}
