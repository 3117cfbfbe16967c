import { shown } from '../faults.ts'
import { type GrantRule, RowFault } from '../map/map.ts'
import type { Row } from '../row.ts'
import { textOf, type Value } from '../value.ts'
import type { Directory } from './directory.ts'
import { idText } from './record-values.ts'
import type { Source } from './source.ts'

/** The application of entitlements that name no application, as in an import. */
const defaultApplication = 'default'

/** Finds the entitlement that a grant names. An entitlement that no rule describes exists because a grant names it. */
export class HeldEntitlements {
  readonly #directory: Directory
  readonly #source: Source
  #lastKey = ''
  #last = -1

  constructor(directory: Directory, source: Source) {
    this.#directory = directory
    this.#source = source
  }

  /** -1 when its key finds none. @throws RowFault */
  find(row: Row, rule: GrantRule, application: string, value: Value): number {
    if (rule.entitlement.match.length > 0) return this.#byKey(rule, idText(value, row.nameOf(rule.entitlement.column)))
    const text = textOf(value).trim()
    const key = `${application}\0${text}`
    if (key === this.#lastKey) return this.#last
    const id = idText(value, row.nameOf(rule.entitlement.column))
    const found = this.named(row, row.nameOf(rule.entitlement.column), application, id)
    this.#lastKey = key
    this.#last = found
    return found
  }

  #byKey({ entitlement }: GrantRule, value: string): number {
    const keys = entitlement.match.map((key) => `${this.#source.name} ${key}`)
    const found = this.#directory.entitlementKeys.findBy(keys, value)
    return found.kind === 'one' ? found.ordinal : -1
  }

  /**
   * Finds an entitlement by its id in an application; '' for any application. An entitlement that no rule describes is added.
   * @throws RowFault
   */
  named(row: Row, column: string, application: string, id: string): number {
    const directory = this.#directory
    let of = application
    if (of === '') {
      const anywhere = directory.entitlementKeys.find(`${this.#source.name} id`, id)
      if (anywhere.kind === 'one') return anywhere.ordinal
      if (anywhere.kind === 'several') {
        const exact = anywhere.ordinals.filter((each) => directory.entitlements[each]?.id === id)
        if (exact.length === 1) return exact[0] ?? -1
        const reason = `the entitlement ${shown(id)} is in several applications; name one in a column for the application`
        throw new RowFault(column, reason)
      }
      of = defaultApplication
    }
    const exact = directory.entitlementOf(of, id)
    if (exact !== undefined) return exact
    if (application !== '') {
      // An id in another letter case is the entitlement that a source describes; an id that only grants name keeps its letter case.
      const alike = directory.entitlementKeys.find(`\0${of}`, id)
      if (alike.kind === 'one' && directory.entitlements[alike.ordinal]?.isDescribed) return alike.ordinal
    }
    return directory.addEntitlement({
      application: of,
      id,
      source: this.#source.name,
      place: { part: row.part, at: row.at },
      fields: {},
      isDescribed: false,
    })
  }
}
