import { isSecretName, leftOutPrivate, leftOutSecret, privateKind } from '@assay/errors'
import { shown } from './faults.ts'
import { attributeOf } from './list-attributes.ts'

/**
 * Columns with the name of a secret, and those that say something private of people. They do not become attributes, since everybody
 * who reads people would see them. Each is reported once for each file.
 */
export class SecretColumns {
  readonly #warnings: string[]
  /** For each column: false, or the parts for which it was reported and the report. */
  readonly #known = new Map<string, Known | false>()

  constructor(warnings: string[]) {
    this.#warnings = warnings
  }

  /** Whether the column must not become an attribute. */
  leavesOut(part: string, column: string): boolean {
    return this.#reports(part, column, ({ isSecret }) => isSecret)
  }

  /** The same for a column that no rule names: it must not say anything private either. */
  leavesOutUnnamed(part: string, column: string): boolean {
    return this.#reports(part, column, () => true)
  }

  #reports(part: string, column: string, counts: (known: Known) => boolean): boolean {
    let known = this.#known.get(column)
    if (known === undefined) {
      known = knownOf(column)
      this.#known.set(column, known)
    }
    if (known === false || !counts(known)) return false
    if (!known.parts.has(part)) {
      known.parts.add(part)
      this.#warnings.push(`${part}: ${known.report}`)
    }
    return true
  }
}

interface Known {
  readonly parts: Set<string>
  readonly isSecret: boolean
  readonly report: string
}

function knownOf(column: string): Known | false {
  if (namesSecret(column)) return { parts: new Set(), isSecret: true, report: leftOutSecret(shown(column)) }
  const kind = privateKind(attributeOf(column))
  return kind !== undefined && { parts: new Set(), isSecret: false, report: leftOutPrivate(shown(column), kind) }
}

/** For an attribute name with or without the brackets that declare a list. */
export function namesSecret(attribute: string): boolean {
  return isSecretName(attributeOf(attribute))
}
