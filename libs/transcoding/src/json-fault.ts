import type { Violation } from './violations.ts'

/** The deepest nesting of messages that is accepted; the protobuf parser has the same limit. */
export const deepestNesting = 100

/**
 * Finds the fault of a JSON text that the platform's parser refused, or in which it silently dropped a member. It is a strict
 * reader that is used only for invalid texts, so it has time to track line, column and path.
 */
export function findJsonFault(text: string, root: string): Violation | undefined {
  try {
    new JsonReader(text).readDocument(root)
    return undefined
  } catch (error) {
    if (error instanceof JsonFault) return { field: error.field, description: error.message }
    throw error
  }
}

class JsonFault extends Error {
  readonly field: string

  constructor(field: string, description: string) {
    super(description)
    this.field = field
  }
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const escapePattern = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y
const spacePattern = /[ \t\r\n]*/y

class JsonReader {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  readDocument(root: string): void {
    this.skipSpace()
    this.readValue(root, 0)
    if (this.at < this.text.length) throw this.fault('the JSON ends, but text follows')
  }

  private readValue(path: string, depth: number): void {
    if (depth > deepestNesting) throw new JsonFault(path.slice(0, 100), `nests deeper than ${deepestNesting} levels`)
    const next = this.text[this.at]
    if (next === '{') this.readObject(path, depth)
    else if (next === '[') this.readArray(path, depth)
    else if (next === '"') this.readString()
    else if (!this.skip(numberPattern) && !this.skipWord()) throw this.fault('a JSON value is expected')
    this.skipSpace()
  }

  private readObject(path: string, depth: number): void {
    const names = new Set<string>()
    this.step()
    if (this.text[this.at] === '}') {
      this.at++
      return
    }
    for (;;) {
      if (this.text[this.at] !== '"') throw this.fault('the name of a member, in double quotes, is expected')
      const name: string = JSON.parse(this.readString())
      const field = path === '' ? name : `${path}.${name}`
      if (names.has(name)) throw new JsonFault(field, 'is given twice')
      names.add(name)
      this.skipSpace()
      if (this.text[this.at] !== ':') throw this.fault('":" is expected')
      this.step()
      this.readValue(field, depth + 1)
      if (this.text[this.at] === '}') break
      if (this.text[this.at] !== ',') throw this.fault('"," or "}" is expected')
      this.step()
    }
    this.at++
  }

  private readArray(path: string, depth: number): void {
    this.step()
    if (this.text[this.at] === ']') {
      this.at++
      return
    }
    for (let index = 0; ; index++) {
      this.readValue(`${path}[${index}]`, depth + 1)
      if (this.text[this.at] === ']') break
      if (this.text[this.at] !== ',') throw this.fault('"," or "]" is expected')
      this.step()
    }
    this.at++
  }

  /** Not a regular expression: a pattern with a star would store a backtracking position for every character of a long string. */
  private readString(): string {
    const start = this.at
    this.at++
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code === 34) break
      if (code === 92) {
        if (!this.skip(escapePattern)) throw this.fault('a bad escape stands in a string')
      } else if (code >= 32) {
        this.at++
      } else {
        throw this.fault(this.at < this.text.length ? 'a control code stands in a string' : 'a string is not closed')
      }
    }
    this.at++
    return this.text.slice(start, this.at)
  }

  private skipWord(): boolean {
    const word = ['true', 'false', 'null'].find((candidate) => this.text.startsWith(candidate, this.at))
    this.at += word?.length ?? 0
    return word !== undefined
  }

  private step(): void {
    this.at++
    this.skipSpace()
  }

  private skipSpace(): void {
    this.skip(spacePattern)
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    if (!pattern.test(this.text)) return false
    this.at = pattern.lastIndex
    return true
  }

  private fault(reason: string): JsonFault {
    const before = this.text.slice(0, this.at)
    const line = before.split('\n').length
    const column = this.at - before.lastIndexOf('\n')
    return new JsonFault('', `is not valid JSON: ${reason} at line ${line}, column ${column}`)
  }
}
