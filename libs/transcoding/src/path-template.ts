/**
 * A path template of google.api.http. The parser is written by hand, so that every error has a column:
 *
 *     Template = "/" [ Segments ] [ Verb ]         Segments  = Segment { "/" Segment }
 *     Segment  = "*" | "**" | LITERAL | Variable   Variable  = "{" FieldPath [ "=" Segments ] "}"
 *     Verb     = ":" LITERAL                       FieldPath = IDENT { "." IDENT }
 *
 * Stricter than other parsers of this grammar in two points: `**` is only allowed at the end, and a variable cannot contain a
 * variable. Less strict in two: "/" alone is the root, and a verb may contain further colons.
 * https://github.com/googleapis/googleapis/blob/master/google/api/http.proto
 */
export interface PathTemplate {
  readonly source: string
  /** The segments in order, those of variables included. */
  readonly segments: readonly TemplateSegment[]
  readonly variables: readonly TemplateVariable[]
  /** The verb without its colon, percent-decoded; empty if there is none. */
  readonly verb: string
}

/** One segment. A literal is percent-decoded, because requests are compared after decoding. */
export type TemplateSegment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'rest' }

export interface TemplateVariable {
  readonly fieldPath: string
  /** The column of the field path in the template, counted from 1. */
  readonly column: number
  /** Index of its first segment, and of the one after its last. */
  readonly start: number
  readonly end: number
  /** Whether it spans more than one segment; then %2F in its value stays as written. */
  readonly isMultiSegment: boolean
}

/** A template that cannot be parsed. `column` counts from 1. */
export class TemplateError extends Error {
  readonly column: number

  constructor(reason: string, column: number) {
    super(reason)
    this.name = 'TemplateError'
    this.column = column
  }
}

/** @throws {TemplateError} at the first fault */
export function parsePathTemplate(source: string): PathTemplate {
  return new TemplateParser(source).parse()
}

// Characters of a literal that need no escape: RFC 3986 pchar without the colon, which begins a verb, and the star.
const literalCharacter = /[A-Za-z0-9\-._~!$&'()+,;=@]/
const identifierStart = /[A-Za-z_]/
const identifierCharacter = /[A-Za-z0-9_]/

class TemplateParser {
  private readonly source: string
  private at = 0
  private readonly segments: TemplateSegment[] = []
  private readonly variables: TemplateVariable[] = []

  constructor(source: string) {
    this.source = source
  }

  parse(): PathTemplate {
    if (this.source[0] !== '/') {
      throw this.fault(this.source === '' ? 'the template is empty' : 'a template begins with "/"')
    }
    this.at = 1
    if (this.at < this.source.length) this.parseSegments(false)
    const verb = this.source[this.at] === ':' ? this.parseVerb() : ''
    if (this.at < this.source.length) throw this.unexpected()
    return { source: this.source, segments: this.segments, variables: this.variables, verb }
  }

  private parseSegments(inVariable: boolean): void {
    for (;;) {
      this.parseSegment(inVariable)
      if (this.source[this.at] !== '/') return
      if (this.segments.at(-1)?.kind === 'rest') throw this.fault('"**" must be the last segment')
      this.at++
    }
  }

  private parseSegment(inVariable: boolean): void {
    const next = this.source[this.at]
    if (next === '{') {
      if (inVariable) throw this.fault('a variable may not hold another variable')
      this.parseVariable()
    } else if (next === '*') {
      this.parseWildcard()
    } else if (next === undefined || next === '/' || next === '}' || next === ':') {
      if (next === ':' && inVariable) throw this.fault('a verb stands after the last segment, not in a variable')
      const where = next === undefined && inVariable ? 'the variable is not closed by "}"' : 'a segment is empty here'
      throw this.fault(where)
    } else {
      const text = this.parseLiteral(false)
      if (this.source[this.at] === '*') throw this.fault('a wildcard is a segment of its own')
      if (this.source[this.at] === '{') throw this.fault('a variable is a segment of its own')
      this.segments.push({ kind: 'literal', text })
    }
    const after = this.source[this.at]
    if (inVariable && after === undefined) throw this.fault('the variable is not closed by "}"')
    if (inVariable && after === ':') throw this.fault('a verb stands after the last segment, not in a variable')
    if (after !== undefined && after !== '/' && after !== ':' && !(inVariable && after === '}')) throw this.unexpected()
  }

  private parseWildcard(): void {
    const isRest = this.source[this.at + 1] === '*'
    this.at += isRest ? 2 : 1
    const after = this.source[this.at]
    if (after === '*') throw this.fault('a wildcard is "*" or "**"')
    if (after !== undefined && literalCharacter.test(after)) throw this.fault('a wildcard is a segment of its own')
    this.segments.push({ kind: isRest ? 'rest' : 'one' })
  }

  private parseVariable(): void {
    this.at++
    const column = this.at + 1
    const start = this.segments.length
    const fieldPath = this.parseFieldPath()
    if (this.variables.some((known) => known.fieldPath === fieldPath)) {
      throw new TemplateError(`"${fieldPath}" is bound twice`, column)
    }
    if (this.source[this.at] === '=') {
      this.at++
      this.parseSegments(true)
    } else {
      this.segments.push({ kind: 'one' })
    }
    if (this.source[this.at] !== '}') {
      throw this.at < this.source.length ? this.unexpected() : this.fault('the variable is not closed by "}"')
    }
    this.at++
    const end = this.segments.length
    const isMultiSegment = end - start > 1 || this.segments[start]?.kind === 'rest'
    this.variables.push({ fieldPath, column, start, end, isMultiSegment })
    const after = this.source[this.at]
    if (after !== undefined && after !== '/' && after !== ':') throw this.fault('a variable is a segment of its own')
  }

  private parseFieldPath(): string {
    const start = this.at
    for (;;) {
      if (!identifierStart.test(this.source[this.at] ?? '')) throw this.fault('a field name begins here')
      while (identifierCharacter.test(this.source[this.at] ?? '')) this.at++
      if (this.source[this.at] !== '.') break
      this.at++
    }
    const after = this.source[this.at]
    if (after === undefined) throw this.fault('the variable is not closed by "}"')
    if (after !== '}' && after !== '=') throw this.fault(`a field name cannot hold "${after}"`)
    return this.source.slice(start, this.at)
  }

  private parseVerb(): string {
    if (this.segments.length === 0) throw this.fault('a verb needs a segment before it')
    this.at++
    const verb = this.parseLiteral(true)
    if (verb === '') throw this.fault('a verb is empty')
    if (this.source[this.at] === '/') throw this.fault('nothing follows a verb')
    return verb
  }

  private parseLiteral(isVerb: boolean): string {
    const start = this.at
    for (let next = this.source[this.at]; next !== undefined; next = this.source[this.at]) {
      if (next === '%') {
        if (!/^[0-9A-Fa-f]{2}$/.test(this.source.slice(this.at + 1, this.at + 3))) {
          throw this.fault('"%" is followed by two hexadecimal digits')
        }
        this.at += 3
      } else if (literalCharacter.test(next) || (isVerb && next === ':')) {
        this.at++
      } else if ('/*{}:'.includes(next)) {
        break
      } else {
        throw this.unexpected()
      }
    }
    try {
      return decodeURIComponent(this.source.slice(start, this.at))
    } catch {
      throw new TemplateError('the escapes are not UTF-8', start + 1)
    }
  }

  private unexpected(): TemplateError {
    const found = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0)
    return this.fault(`"${found}" cannot stand here; what is not plain in a URL is written as its percent escape`)
  }

  private fault(reason: string): TemplateError {
    return new TemplateError(reason, this.at + 1)
  }
}
