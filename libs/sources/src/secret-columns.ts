import { isSecretName, leftOutSecret } from '@assay/errors'
import { shown } from './faults.ts'
import { attributeOf } from './list-attributes.ts'

/**
 * Columns with the name of a secret. They do not become attributes, since everybody who reads people would see them. Each is
 * reported once for each file.
 */
export class SecretColumns {
  readonly #warnings: string[]
  /** For each column: false, or the parts for which it was reported. */
  readonly #known = new Map<string, Set<string> | false>()

  constructor(warnings: string[]) {
    this.#warnings = warnings
  }

  /** Whether the column must not become an attribute. */
  leavesOut(part: string, column: string): boolean {
    let reported = this.#known.get(column)
    if (reported === undefined) {
      reported = namesSecret(column) && new Set()
      this.#known.set(column, reported)
    }
    if (reported === false) return false
    if (!reported.has(part)) {
      reported.add(part)
      this.#warnings.push(`${part}: ${leftOutSecret(shown(column))}`)
    }
    return true
  }
}

/** For an attribute name with or without the brackets that declare a list. */
export function namesSecret(attribute: string): boolean {
  return isSecretName(attributeOf(attribute))
}
