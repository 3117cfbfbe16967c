/** A function that rules may call. `docs/membership-rules.md` lists the same ones; a test holds that. */
export interface RuleFunction {
  /** The type of the value before the dot, or the path that the function stands under; absent for a plain call. */
  readonly receiver?: string
  readonly name: string
  readonly params: readonly string[]
  readonly returns: string
  /** What it returns, in words. */
  readonly about: string
  // biome-ignore lint/suspicious/noExplicitAny: the environment checks the types of a call before it makes it
  readonly handler: (...given: any[]) => unknown
}

/** As documentation writes it: `string.contains(string) -> bool`. */
export function signatureOf({ receiver, name, params, returns }: RuleFunction): string {
  return `${receiver === undefined ? '' : `${receiver}.`}${name}(${params.join(', ')}) -> ${returns}`
}
