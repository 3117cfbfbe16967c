import { formOfName } from '../map/distinguished-name.ts'
import { type Kind, type Reference, RowFault } from '../map/map.ts'
import type { Row } from '../row.ts'
import { textOf } from '../value.ts'
import type { Directory } from './directory.ts'
import { HeldEntitlements } from './held-entitlements.ts'
import type { Search } from './key-index.ts'
import { idText, namedTexts } from './record-values.ts'
import type { Source } from './source.ts'

/** The holder of a grant. */
type Holder =
  | { readonly kind: 'person'; readonly ordinal: number }
  | { readonly kind: 'entitlement'; readonly ordinal: number }
  | { readonly kind: 'orphan' }

const usualKeys = ['id', 'user_name', 'email']

/** Finds the holders of the grants of one source, and records holders that are not found as orphans. */
export class Holders {
  readonly #directory: Directory
  readonly #source: Source
  readonly #entitlements: HeldEntitlements
  readonly #derivesPeople: boolean
  /** Most exports are grouped by holder. */
  #lastKey = ''
  #lastReference: Reference | undefined
  #last: Holder | undefined

  constructor(directory: Directory, source: Source, derivesPeople: boolean) {
    this.#directory = directory
    this.#source = source
    this.#entitlements = new HeldEntitlements(directory, source)
    this.#derivesPeople = derivesPeople
  }

  /** @throws RowFault when the row names no holder */
  find(row: Row, reference: Reference, application: string): Holder {
    const value = textOf(reference.value(row)).trim()
    const own = reference.application === undefined ? application : textOf(reference.application(row)).trim()
    const key = `${own}\0${value}`
    const isLast = key === this.#lastKey && reference === this.#lastReference
    if (isLast && this.#last !== undefined && this.#last.kind !== 'orphan') return this.#last
    if (value === '')
      throw new RowFault(
        row.nameOf(reference.column),
        'is empty, and names the holder; where one cell stands for several rows, write it into each',
      )
    const holder = this.#search(row, reference, own, value.normalize('NFC'))
    this.#lastKey = key
    this.#lastReference = reference
    this.#last = holder
    return holder
  }

  #search(row: Row, reference: Reference, application: string, value: string): Holder {
    const { among, match, column } = reference
    const { name } = this.#source
    if (reference.application !== undefined) {
      const id = idText(value, row.nameOf(column))
      return { kind: 'entitlement', ordinal: this.#entitlements.named(row, row.nameOf(column), application, id) }
    }
    let candidates: readonly string[] = []
    let orphan = value
    for (const kind of among) {
      const found = this.#amongKind(kind, match, application, value)
      if (found.kind === 'several') {
        candidates = found.ordinals.map((ordinal) => this.#idOf(kind, ordinal))
        break
      }
      if (found.kind === 'none') continue
      if (kind === 'entitlements') return { kind: 'entitlement', ordinal: found.ordinal }
      if (kind === 'identities') return { kind: 'person', ordinal: found.ordinal }
      const account = this.#directory.accounts[found.ordinal]
      if (account !== undefined && account.person >= 0) return { kind: 'person', ordinal: account.person }
      // The account is an orphan already, whatever key of it the grant names.
      orphan = account?.id ?? value
      break
    }
    const place = { part: row.part, at: row.at }
    const isGroup = among.length > 0 && among.every((kind) => kind === 'entitlements')
    if (this.#derivesPeople && candidates.length === 0 && !isGroup) {
      const id = idText(value, row.nameOf(column))
      // An earlier grant may have made her.
      const known = this.#directory.personOf(name, id)
      if (known !== undefined) return { kind: 'person', ordinal: known }
      const fields = namedTexts({ status: 'enabled', type: 'human' })
      const person = { id, source: name, place, fields, attributes: namedTexts(), manager: undefined, isDerived: true }
      const ordinal = this.#directory.addPerson(person)
      if (formOfName(id) !== undefined) this.#directory.personKeys.add('dn', id, ordinal)
      return { kind: 'person', ordinal }
    }
    const reason = candidates.length > 0 ? 'ambiguous' : 'unknown'
    this.#directory.addOrphan({ source: name, application: '', value: orphan, place, reason, candidates })
    return { kind: 'orphan' }
  }

  #idOf(kind: Kind, ordinal: number): string {
    const { people, accounts, entitlements } = this.#directory
    const records = kind === 'identities' ? people : kind === 'accounts' ? accounts : entitlements
    return records[ordinal]?.id ?? ''
  }

  #amongKind(kind: Kind, match: readonly string[], application: string, value: string): Search {
    const directory = this.#directory
    const { name, map } = this.#source
    switch (kind) {
      case 'identities': {
        const own = directory.personOf(name, value)
        if (own !== undefined && (match.length === 0 || match.includes('id'))) return { kind: 'one', ordinal: own }
        return directory.personKeys.findBy(match.length > 0 ? match : usualKeys, value)
      }
      case 'accounts': {
        if (map.accounts.length === 0) return { kind: 'none' }
        const exact = directory.accountOf(name, application, value)
        if (exact !== undefined) return { kind: 'one', ordinal: exact }
        const keys = match.length > 0 ? match : ['id']
        return directory.accountKeys.findBy(
          keys.map((key) => `${name} ${key}`),
          value,
        )
      }
      case 'entitlements': {
        if (match.length > 0) {
          return directory.entitlementKeys.findBy(
            match.map((key) => `${name} ${key}`),
            value,
          )
        }
        const ordinal = directory.entitlementOf(application, value)
        return ordinal === undefined ? { kind: 'none' } : { kind: 'one', ordinal }
      }
    }
  }
}
