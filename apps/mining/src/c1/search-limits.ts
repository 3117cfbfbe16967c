import { invalidArgument } from '@assay/errors'

const longestText = 1_000
const mostItems = 1_000

/**
 * @param texts by the names of their members
 * @throws invalid_argument for one with more than 1,000 characters
 */
export function requireShort(texts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(texts)) {
    const length = text.length > longestText ? [...text].length : text.length
    if (length > longestText)
      throw invalidArgument(fieldName(name), `must have at most ${longestText} characters; it has ${length}`)
  }
}

/**
 * @param lists by the names of their members
 * @throws invalid_argument for one with more than 1,000 items
 */
export function requireFewEnough(lists: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [name, { length }] of Object.entries(lists))
    if (length > mostItems)
      throw invalidArgument(fieldName(name), `must have at most ${mostItems} items; it has ${length}`)
}

/** The field's name as the proto spells it; errors name fields that way. */
function fieldName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
