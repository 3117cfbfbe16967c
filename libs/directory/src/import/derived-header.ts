/** An attribute that Assay derives from a column of identities.csv because the header of the column asks for it. */
interface DerivedHeader {
  readonly name: string
  readonly makes: 'managers' | 'tenure'
}

/** The key of the list of all managers above a person. */
export const managersKey = 'managers'

/** The key of the list of tenures that is made from a column of dates. */
export function tenureKey(column: string): string {
  return `${column}_tenure`
}

/** Parses `manager_id[..]` and, for dates, `hire_date[tenure]`; undefined for any other name. */
export function derivedHeader(column: string): DerivedHeader | undefined {
  if (/^manager_id\s*\[\.\.\]$/u.test(column)) return { name: 'manager_id', makes: 'managers' }
  const name = /^(.*\S)\s*\[tenure\]$/su.exec(column)?.[1]
  return name === undefined ? undefined : { name, makes: 'tenure' }
}
