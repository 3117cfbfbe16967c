import { Row } from '../row.ts'
import type { Value } from '../value.ts'

/** Some stored grants by numbers, with the texts that come for the first time. */
export interface NumberedGrants {
  /** All of them have it. */
  readonly form: number
  /** Texts of each holder behind each other: holder, application of the holder, application of the grant. */
  readonly holders: readonly string[]
  /** The same of each entitlement: application, entitlement. */
  readonly entitlements: readonly string[]
  readonly times: readonly string[]
  readonly holder: Uint32Array
  readonly entitlement: Uint32Array
  readonly grantedAt: Uint32Array
  readonly lastUsedAt: Uint32Array
}

const textsOfHolder = 3
const textsOfEntitlement = 2

/** Texts of the grants of a load by their numbers, which grow while its grants are read. */
class NumberedTexts {
  readonly holders: string[] = []
  readonly entitlements: string[] = []
  readonly times: string[] = []

  add({ holders, entitlements, times }: NumberedGrants): void {
    for (const text of holders) this.holders.push(text)
    for (const text of entitlements) this.entitlements.push(text)
    for (const text of times) this.times.push(text)
  }
}

/** Rows of stored grants that name their texts by numbers. */
export class NumberedRows implements Iterable<Row> {
  readonly path: string
  readonly grants: NumberedGrants
  readonly texts: NumberedTexts
  readonly #part: string
  readonly #before: number

  /** @param before rows of the load before these */
  constructor(part: string, path: string, before: number, grants: NumberedGrants, texts: NumberedTexts) {
    this.#part = part
    this.path = path
    this.#before = before
    this.grants = grants
    this.texts = texts
  }

  get length(): number {
    return this.grants.holder.length
  }

  row(index: number): NumberedRow {
    return new NumberedRow(this, index, this.#part, this.#before + index + 1)
  }

  *[Symbol.iterator](): Generator<Row, void, undefined> {
    for (let index = 0; index < this.length; index++) yield this.row(index)
  }
}

const columns = ['form', 'holder', 'holderApplication', 'application', 'entitlement', 'grantedAt', 'lastUsedAt', 'ends']

export class NumberedRow extends Row {
  readonly rows: NumberedRows
  readonly index: number

  constructor(rows: NumberedRows, index: number, part: string, at: number) {
    super(part, at, rows.path)
    this.rows = rows
    this.index = index
  }

  get(column: string): Value {
    const { grants, texts } = this.rows
    const holder = (grants.holder[this.index] ?? 0) * textsOfHolder
    switch (column) {
      case 'form':
        return String(grants.form)
      case 'holder':
        return texts.holders[holder]
      case 'holderApplication':
        return texts.holders[holder + 1]
      case 'application':
        return texts.holders[holder + 2]
      case 'entitlement':
        return texts.entitlements[(grants.entitlement[this.index] ?? 0) * textsOfEntitlement + 1]
      case 'grantedAt':
        return texts.times[grants.grantedAt[this.index] ?? 0]
      case 'lastUsedAt':
        return texts.times[grants.lastUsedAt[this.index] ?? 0]
      case 'ends':
        return ''
      default:
        return undefined
    }
  }

  columns(): readonly string[] {
    return columns
  }
}

/** Grants of a load as rows, in the order in which they were stored. */
export async function* numberedRows(
  part: string,
  path: string,
  stored: AsyncIterable<NumberedGrants>,
): AsyncGenerator<NumberedRows, void, undefined> {
  const texts = new NumberedTexts()
  let before = 0
  for await (const grants of stored) {
    texts.add(grants)
    yield new NumberedRows(part, path, before, grants, texts)
    before += grants.holder.length
  }
}
