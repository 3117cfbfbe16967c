/** What Assay makes beside a column of identities.csv, because its header asks for it. */
interface DerivedHeader {
  readonly name: string
  readonly makes: 'managers' | 'tenure'
}

/** The list of everybody above a person, made of the managers. */
export const managersKey = 'managers'

/** The list that is made of a column of dates. */
export function tenureKey(column: string): string {
  return `${column}_tenure`
}

/** `manager_id[..]` and, of dates, `hire_date[tenure]`; undefined for any other name. */
export function derivedHeader(column: string): DerivedHeader | undefined {
  if (/^manager_id\s*\[\.\.\]$/u.test(column)) return { name: 'manager_id', makes: 'managers' }
  const name = /^(.*\S)\s*\[tenure\]$/su.exec(column)?.[1]
  return name === undefined ? undefined : { name, makes: 'tenure' }
}
