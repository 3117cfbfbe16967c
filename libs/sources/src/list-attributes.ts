// An attribute that a map declares as a list goes by the name that declares it in an import, so that its kind goes with it
// wherever its name does.

/** Between the values of a list in one text. No text has it, so that no value is cut. */
export const listSeparator = '\u001f'

/** The name of a list while it is put together and in stored records, and the header of its column in an import. */
export function listName(attribute: string): string {
  return `${attribute}[${listSeparator}]`
}

export function isListName(name: string): boolean {
  return name.endsWith(`[${listSeparator}]`)
}

/** What an import calls the attribute of a column: its header without brackets. */
export function attributeOf(name: string): string {
  return /^(.*\S)\s*\[[^[\]]?\]$/su.exec(name)?.[1] ?? name
}

/** Values as one text, sorted, each once. */
export function joinedValues(values: Iterable<string>): string {
  return [...new Set(values)]
    .filter((value) => value !== '')
    .sort()
    .join(listSeparator)
}

export function valuesOf(joined: string): readonly string[] {
  return joined === '' ? [] : joined.split(listSeparator)
}

/** The values in a text under a name: of a list those between its separators, otherwise the text. */
export function valuesUnder(name: string, text: string): readonly string[] {
  const declared = /\[([^[\]]?)\]$/su.exec(name)
  if (declared === null) return [text]
  return text.split(declared[1] || ';').map((value) => value.trim())
}
