/** A function that rules may call. `docs/membership-rules.md` lists the same functions; a test compares both. */
export interface RuleFunction {
  /** As the documentation writes it: `string.contains(string) -> bool`. */
  readonly signature: string
  /** The type of the value before the dot, or the path of the function; undefined for a plain call. */
  readonly receiver: string | undefined
  readonly name: string
  readonly params: readonly string[]
  readonly returns: string
  /** The result, in words. */
  readonly about: string
  readonly handler: Handler
}

// biome-ignore lint/suspicious/noExplicitAny: the environment checks the types of a call before it makes it
type Handler = (...given: any[]) => unknown

export function ruleFunction(signature: string, about: string, handler: Handler): RuleFunction {
  const {
    receiver,
    name = '',
    params = '',
    returns = '',
  } = /^(?:(?<receiver>.+)\.)?(?<name>\w+)\((?<params>.*)\) -> (?<returns>.+)$/u.exec(signature)?.groups ?? {}
  return { signature, receiver, name, params: params === '' ? [] : params.split(', '), returns, about, handler }
}
