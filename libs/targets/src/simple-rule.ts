/** An attribute that must have one of some values, compared exactly. */
export interface RuleCondition {
  /** A field of `subject`, or a key of its `profile`. */
  readonly attribute: { readonly kind: 'field' | 'key'; readonly name: string }
  /** Distinct values, at least one. */
  readonly values: readonly string[]
}

/** Longer rules do not count as simple. */
const longestRule = 20_000

/**
 * The conditions of a CEL rule that only joins comparisons with texts by `&&`: `subject.department == "Sales"`, `subject.jobTitle in ["A",
 * "B"]`, `"k" in subject.profile && subject.profile["k"] == "v"`. Undefined for any other rule and for an empty one, which other systems
 * cannot express exactly.
 */
export function conditionsOf(celExpression: string): readonly RuleCondition[] | undefined {
  if (celExpression.trim() === '' || celExpression.length > longestRule) return undefined
  const tokens = tokensOf(celExpression)
  return tokens && new RuleReader(tokens).conditions()
}

type Token = { readonly kind: 'text' | 'word' | 'sign'; readonly value: string }

const tokenForm = /\s*(?:("(?:[^"\\\n]|\\.)*")|([A-Za-z_]\w*)|(==|&&|[[\].,]))/y

function tokensOf(rule: string): Token[] | undefined {
  const tokens: Token[] = []
  const text = rule.trimEnd()
  for (let at = 0; at < text.length; ) {
    tokenForm.lastIndex = at
    const found = tokenForm.exec(text)
    if (found === null) return undefined
    const [whole, literal, word, sign] = found
    at += whole.length
    if (literal !== undefined) {
      const value = literalText(literal)
      if (value === undefined) return undefined
      tokens.push({ kind: 'text', value })
    } else if (word !== undefined) tokens.push({ kind: 'word', value: word })
    else tokens.push({ kind: 'sign', value: sign as string })
  }
  return tokens
}

/** The text of a literal. Only those of CEL's escapes are read that JSON also has; rules made by Assay have no others. */
function literalText(literal: string): string | undefined {
  if (/\\[^"\\nrtu]/.test(literal.replaceAll('\\\\', ''))) return undefined
  try {
    return JSON.parse(literal.replaceAll('\t', '\\t')) as string
  } catch {
    // An escape that CEL and JSON read differently: not a simple rule.
    return undefined
  }
}

class RuleReader {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  conditions(): readonly RuleCondition[] | undefined {
    const found: RuleCondition[] = []
    const keys = new Set<string>()
    do {
      const clause = this.#clause()
      if (clause === undefined) return undefined
      if (typeof clause === 'string') keys.add(clause)
      else found.push(clause)
    } while (this.#takes('&&'))
    if (this.#at < this.#tokens.length || found.length === 0) return undefined
    // A check that a key exists is implied by a comparison with that key; without one, other systems have no such condition.
    const compared = new Set(found.flatMap(({ attribute: { kind, name } }) => (kind === 'key' ? [name] : [])))
    return [...keys].every((key) => compared.has(key)) ? found : undefined
  }

  /** A condition, or the key whose existence the clause checks. */
  #clause(): RuleCondition | string | undefined {
    const key = this.#text()
    if (key !== undefined) {
      if (!this.#takes('in')) return undefined
      const attribute = this.#attribute()
      // A condition on a list: other systems compare lists in different ways.
      return attribute === 'profile' ? key : undefined
    }
    const attribute = this.#attribute()
    if (attribute === undefined || attribute === 'profile') return undefined
    if (this.#takes('==')) {
      const value = this.#text()
      return value === undefined ? undefined : { attribute, values: [value] }
    }
    if (!this.#takes('in') || !this.#takes('[')) return undefined
    const values: string[] = []
    do {
      const value = this.#text()
      if (value === undefined) return undefined
      values.push(value)
    } while (this.#takes(','))
    return this.#takes(']') ? { attribute, values: [...new Set(values)] } : undefined
  }

  #attribute(): RuleCondition['attribute'] | 'profile' | undefined {
    if (!this.#takes('subject') || !this.#takes('.')) return undefined
    const name = this.#tokens[this.#at]
    if (name?.kind !== 'word') return undefined
    this.#at++
    if (name.value !== 'profile') return { kind: 'field', name: name.value }
    if (!this.#takes('[')) return 'profile'
    const key = this.#text()
    return key !== undefined && this.#takes(']') ? { kind: 'key', name: key } : undefined
  }

  #takes(value: string): boolean {
    const token = this.#tokens[this.#at]
    if (token === undefined || token.kind === 'text' || token.value !== value) return false
    this.#at++
    return true
  }

  #text(): string | undefined {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'text') return undefined
    this.#at++
    return token.value
  }
}
