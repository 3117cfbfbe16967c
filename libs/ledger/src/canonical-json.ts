/**
 * JSON in one canonical form (RFC 8785): no blanks, members sorted by the UTF-16 code units of their names, members without a value left
 * out. Equal values have the same text. Dates become strings, bigints become numbers.
 * @throws TypeError for numbers that JSON does not have, and for functions
 */
export function canonicalJson(value: unknown): string {
  if (value === null) return 'null'
  if (value instanceof Date) return JSON.stringify(value.toISOString())
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  switch (typeof value) {
    case 'object': {
      // Strings sort by their UTF-16 code units.
      const names = Object.keys(value).sort()
      let text = '{'
      for (const name of names) {
        const member = (value as Readonly<Record<string, unknown>>)[name]
        if (member !== undefined)
          text += `${text.length > 1 ? ',' : ''}${JSON.stringify(name)}:${canonicalJson(member)}`
      }
      return `${text}}`
    }
    case 'number':
      if (Number.isFinite(value)) return JSON.stringify(value)
      break
    case 'bigint':
      return value.toString()
    case 'string':
      // Half a surrogate pair has no UTF-8 form: PostgreSQL would refuse it, and the hash would not be the hash of the stored text.
      return JSON.stringify(value.toWellFormed())
    case 'boolean':
      return JSON.stringify(value)
  }
  throw new TypeError(`JSON has no form for ${String(value)}`)
}
