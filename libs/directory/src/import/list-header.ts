import { itemAt } from '@assay/errors'

/** A column of identities.csv that declares its attribute as a list. */
interface ListHeader {
  readonly name: string
  /** Between two values of a cell; undefined when what stands in the brackets cannot separate values. */
  readonly separator: string | undefined
  /** A cell is one path, `A/B/C`, and its values are the path and all that lies above: `A`, `A/B`, `A/B/C`. */
  readonly isPath?: true
}

/** Between the values of a cell unless the header says another. */
const usualSeparator = ';'

/** Signs of ASCII that a CSV gives no meaning of its own, and the unit separator, which no text has. */
const separators = "!#$%&'()*+,-./:;<=>?@\\^_`{|}~\u001f"

/** `projects[]`, `projects[|]` and, of a path, `unit[/..]`; undefined for any other name. */
export function listHeader(column: string): ListHeader | undefined {
  const parts = /^(.*\S)\s*\[([^[\]]*)\]$/su.exec(column)
  if (parts === null) return undefined
  const [, name = '', inside = ''] = parts
  const isPath = inside.length === 3 && inside.endsWith('..')
  const separator = inside === '' ? usualSeparator : isPath ? itemAt(inside, 0) : inside
  return {
    name,
    separator: separator.length === 1 && separators.includes(separator) ? separator : undefined,
    ...(isPath && { isPath }),
  }
}
