import { itemAt } from '@assay/errors'

/** A column of identities.csv that declares its attribute as a list. */
interface ListHeader {
  readonly name: string
  /** The sign between two values of a cell; undefined when the text in the brackets cannot separate values. */
  readonly separator: string | undefined
  /** A cell contains one path, `A/B/C`, and its values are the path and all its ancestors: `A`, `A/B`, `A/B/C`. */
  readonly isPath?: true
}

/** The sign between the values of a cell, unless the header names another. */
const usualSeparator = ';'

/** ASCII signs without a meaning in CSV, and the unit separator, which no text contains. */
const separators = "!#$%&'()*+,-./:;<=>?@\\^_`{|}~\u001f"

/**
 * Parses `projects[]`, `projects[ ]` and, for a path, `unit[/..]`; undefined for any other name.
 */
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
