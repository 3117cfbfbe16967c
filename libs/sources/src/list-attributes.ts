// The name of an attribute that a map declares as a list has the form of an import's header for a list. So the name shows
// everywhere that the attribute is a list.

/** Separates the values of a list in one text. No text contains it, so that no value is cut. */
export const listSeparator = '\u001f'

/** The name of a list during a composition and in stored records, and the header of its column in an import. */
export function listName(attribute: string): string {
  return `${attribute}[${listSeparator}]`
}

export function isListName(name: string): boolean {
  return name.endsWith(`[${listSeparator}]`)
}

/** The attribute of a column in an import: its header without brackets. */
export function attributeOf(name: string): string {
  return /^(.*\S)\s*\[[^[\]]?\]$/su.exec(name)?.[1] ?? name
}

/** Joins values into one text, sorted and without repetition. */
export function joinedValues(values: Iterable<string>): string {
  return [...new Set(values)]
    .filter((value) => value !== '')
    .sort()
    .join(listSeparator)
}

export function valuesOf(joined: string): readonly string[] {
  return joined === '' ? [] : joined.split(listSeparator)
}

/** The values in a text with a name: the separated values of a list, otherwise the text. */
export function valuesUnder(name: string, text: string): readonly string[] {
  const declared = /\[([^[\]]?)\]$/su.exec(name)
  if (declared === null) return [text]
  return text.split(declared[1] || ';').map((value) => value.trim())
}
