import { RE2JS, RE2JSException } from 're2js'
import { expandedSize } from './expanded-size.ts'
import { LazyAutomaton, type Program } from './lazy-automaton.ts'

/** A regular expression in RE2's syntax. Tests any text in time linear in its length, and never throws. */
export interface Pattern {
  readonly source: string
  /** Instructions of the compiled program: the measure of what one character of text costs at most. */
  readonly size: number
  /** Whether the pattern matches anywhere in the text (RE2's partial match). */
  test(text: string): boolean
}

interface PatternLimits {
  /** Characters of the source; default 10,000. */
  readonly maxSourceLength?: number
  /** Instructions of the compiled program; default 2,000. */
  readonly maxSize?: number
}

/** A pattern that does not compile, or is too large. The message names the fault, in a form that ends a sentence. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}

/** Room for an alternation of some hundred names, and few enough that the worst text costs microseconds a character. */
const defaultLimits = { maxSourceLength: 10_000, maxSize: 2_000 }

/**
 * Compiles a pattern from a user. The syntax is RE2's (https://github.com/google/re2/wiki/Syntax): `(?i)`, `\A`, `\z`,
 * `[[:upper:]]`, `(?P<name>x)` and `\pL` work; look-arounds and back-references do not exist. No input takes more than
 * some ten milliseconds: the size is estimated before anything is built.
 * @throws PatternError
 */
export function compilePattern(source: string, limits: PatternLimits = {}): Pattern {
  const { maxSourceLength, maxSize } = { ...defaultLimits, ...limits }
  if (source.length > maxSourceLength) {
    throw new PatternError(`it has ${source.length} characters; at most ${maxSourceLength} are supported`)
  }
  const estimate = expandedSize(source)
  // The estimate counts brackets and escapes that compile to nothing.
  if (estimate > maxSize * 4) throw tooLarge(maxSize)
  const program = compile(source)
  const size = program.prog.numInst()
  if (size > maxSize) throw tooLarge(maxSize)
  let automaton: LazyAutomaton | undefined
  return {
    source,
    size,
    test(text) {
      automaton ??= new LazyAutomaton(program.prog, Int32Array.from(program.dfa.classBounds))
      return automaton.test(text)
    },
  }
}

interface Compiled {
  readonly prog: Program
  readonly dfa: { readonly classBounds: ArrayLike<number> }
}

function compile(source: string): Compiled {
  try {
    // Typed as any by the library.
    return RE2JS.compile(source).re2() as unknown as Compiled
  } catch (error) {
    if (error instanceof RE2JSException) throw new PatternError(reasonOf(error), { cause: error })
    throw error
  }
}

/** The library begins with "error parsing regexp: ". */
function reasonOf(error: Error): string {
  return error.message.replace(/^error parsing regexp: /u, '')
}

function tooLarge(maxSize: number): PatternError {
  return new PatternError(
    `it compiles to more than ${maxSize} instructions; use smaller counts in {n,m}, or several patterns`,
  )
}
