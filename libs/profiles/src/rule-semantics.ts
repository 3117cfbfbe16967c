/**
 * The number of this version's semantics of membership rules. Raise it when a stored rule may select other identities than before, or may
 * not compile any more: the next migration then has every stored rule checked once, see `checkStoredRules`.
 *
 * 1: empty text fields were missing values, and patterns were those of JavaScript. 2: as ConductorOne documents them, patterns are RE2.
 */
export const ruleSemantics = 2
