import { RE2JS, RE2JSException } from 're2js'
import { expandedSize } from './expanded-size.ts'
import { LazyAutomaton, type Program } from './lazy-automaton.ts'

const maxSourceLength = 10_000
/**
 * The most instructions: enough for an alternation of some hundred names, and few enough that the worst text takes microseconds for each
 * character.
 */
const maxSize = 2_000

/** A pattern that does not compile or is too large. The message completes a sentence. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}

/**
 * A regular expression of a user. The syntax is RE2's (https://github.com/google/re2/wiki/Syntax): `(?i)`, `\A`, `\z`, `[[:upper:]]`,
 * `(?P<name>x)` and `\pL` work; look-arounds and back-references do not exist. Compiling any source takes some ten milliseconds at most,
 * and testing a text takes time linear in its length.
 */
export class Pattern {
  readonly source: string
  /** The number of instructions of the compiled program, which limits the cost of one character of text. */
  readonly size: number
  /** The cost of compiling it, in instructions. A caller that accepts several patterns must limit the sum. */
  readonly cost: number
  readonly #compiled: Compiled
  #automaton: LazyAutomaton | undefined

  /** @throws PatternError */
  constructor(source: string) {
    if (source.length > maxSourceLength) {
      throw new PatternError(`it has ${source.length} characters; at most ${maxSourceLength} are supported`)
    }
    // A quarter, since the estimate also counts brackets and escapes that compile to nothing.
    const estimate = expandedSize(source) / 4
    if (estimate > maxSize) throw tooLarge()
    this.source = source
    this.#compiled = compile(source)
    this.size = this.#compiled.prog.numInst()
    if (this.size > maxSize) throw tooLarge()
    this.cost = Math.max(this.size, estimate)
  }

  /** Whether the pattern matches anywhere in the text (RE2's partial match). Never throws. */
  test(text: string): boolean {
    const { prog, dfa } = this.#compiled
    this.#automaton ??= new LazyAutomaton(prog, Int32Array.from(dfa.classBounds))
    return this.#automaton.test(text)
  }
}

interface Compiled {
  readonly prog: Program
  readonly dfa: { readonly classBounds: ArrayLike<number> }
}

function compile(source: string): Compiled {
  try {
    // The library types it as any.
    return RE2JS.compile(source).re2() as unknown as Compiled
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw new PatternError(error.message.replace(/^error parsing regexp: /u, ''), { cause: error })
  }
}

function tooLarge(): PatternError {
  return new PatternError(
    `it compiles to more than ${maxSize} instructions; use smaller counts in {n,m}, or several patterns`,
  )
}
