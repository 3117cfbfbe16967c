// An attribute that a map declares as a list goes by the name that declares it in an import, so that its kind goes with it
// wherever its name does.

/** No text has it, so that no value is cut. */
const separator = '\u001f'

/** The name of a list while it is put together, and the header of its column in an import. */
export function listName(attribute: string): string {
  return `${attribute}[${separator}]`
}

export function isListName(name: string): boolean {
  return name.endsWith(`[${separator}]`)
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
    .join(separator)
}

export function valuesOf(joined: string): readonly string[] {
  return joined === '' ? [] : joined.split(separator)
}
