/**
 * The number of the semantics by which this version reads membership rules. Raise it when a rule that was stored before
 * may select other identities, or may no longer compile: the next start then looks at every stored rule once, see
 * `checkStoredRules`.
 *
 * 1: empty text fields were missing values, patterns were JavaScript's. 2: as ConductorOne documents them, patterns are
 * RE2.
 */
export const ruleSemantics = 2
