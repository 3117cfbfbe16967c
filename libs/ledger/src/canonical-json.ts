/**
 * JSON in one form (RFC 8785): no blanks, members sorted by their names' UTF-16 code units, members without a value left out. What is
 * equal has the same text. Dates are written as texts, bigints as numbers.
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
      // Half a surrogate pair has no UTF-8: PostgreSQL would refuse it, and a hash would not be that of the stored text.
      return JSON.stringify(value.toWellFormed())
    case 'boolean':
      return JSON.stringify(value)
  }
  throw new TypeError(`JSON has no form for ${String(value)}`)
}
