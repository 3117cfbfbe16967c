import { UnreadableFile } from './faults.ts'

export type Synonyms = Readonly<Record<string, readonly string[]>>

/**
 * The columns of a table. A column is found by its exact name first, then without regard to case, blanks, hyphens, underscores and
 * dots, then by a synonym from the map.
 */
export class Header {
  readonly names: readonly string[]
  /** Without columns that have no name. */
  readonly named: readonly string[]
  readonly #file: string
  readonly #line: number
  readonly #synonyms: Synonyms
  readonly #exact = new Map<string, number>()
  readonly #loose = new Map<string, number[]>()
  readonly #found = new Map<string, number>()

  constructor(file: string, line: number, names: readonly string[], synonyms: Synonyms = {}) {
    this.#file = file
    this.#line = line
    this.#synonyms = synonyms
    this.names = names.map((name) => name.trim())
    this.named = this.names.filter((name) => name !== '')
    for (const [field, name] of this.names.entries()) {
      if (name === '') continue
      if (this.#exact.has(name)) {
        throw new UnreadableFile(file, line, `the column "${name}" stands here twice; rename or delete one`)
      }
      this.#exact.set(name, field)
      const loose = looseName(name)
      this.#loose.set(loose, [...(this.#loose.get(loose) ?? []), field])
    }
  }

  withSynonyms(synonyms: Synonyms): Header {
    return new Header(this.#file, this.#line, this.names, synonyms)
  }

  /** The index of the field; -1 when there is none. @throws UnreadableFile when several columns match */
  find(column: string): number {
    let field = this.#found.get(column)
    if (field === undefined) {
      field = this.#search(column)
      this.#found.set(column, field)
    }
    return field
  }

  nameOf(column: string): string {
    return this.names[this.find(column)] ?? column
  }

  #search(column: string): number {
    const exact = this.#exact.get(column)
    if (exact !== undefined) return exact
    for (const name of [column, ...(this.#synonyms[column] ?? [])]) {
      const fields = this.#loose.get(looseName(name)) ?? []
      const [only] = fields
      if (only !== undefined && fields.length === 1) return only
      if (fields.length > 1) {
        const names = fields.map((field) => `"${this.names[field]}"`).join(' and ')
        throw new UnreadableFile(
          this.#file,
          this.#line,
          `${names} could all be the column "${column}"; rename those that are not`,
        )
      }
    }
    return -1
  }
}

/** `Emp. No.*`, `emp_no` and `emp no` are alike, `Usuário` is `usuario`, and `Role(s)` is `Roles`. */
export function looseName(name: string): string {
  if (/^[a-z\d]+$/.test(name)) return name
  return name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('(s)', 's')
    .replaceAll(/[\s_.\p{M}-]|[*:]+$/gu, '')
    .normalize('NFC')
}
