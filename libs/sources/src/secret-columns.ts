import { isSecretName } from '@assay/errors'
import { shown } from './faults.ts'
import { attributeOf } from './list-attributes.ts'

/**
 * Columns with the name of a secret, which no attribute is made of: everybody who reads people would see it. Each is reported
 * once for each file.
 */
export class SecretColumns {
  readonly #warnings: string[]
  /** By the column: false, or in which parts it was reported that it is left out. */
  readonly #known = new Map<string, Set<string> | false>()

  constructor(warnings: string[]) {
    this.#warnings = warnings
  }

  /** Whether no attribute is made of the column. */
  leavesOut(part: string, column: string): boolean {
    let reported = this.#known.get(column)
    if (reported === undefined) {
      reported = namesSecret(column) && new Set()
      this.#known.set(column, reported)
    }
    if (reported === false) return false
    if (!reported.has(part)) {
      reported.add(part)
      this.#warnings.push(
        `${part}: the column ${shown(column)} is left out, since it has the name of a secret and everybody who reads people would see it; rename it if it holds none`,
      )
    }
    return true
  }
}

/** Of an attribute, with or without the brackets that declare a list. */
export function namesSecret(attribute: string): boolean {
  return isSecretName(attributeOf(attribute))
}
