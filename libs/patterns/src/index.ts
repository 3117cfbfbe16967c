export { compilePattern, type Pattern, PatternError, type PatternLimits } from './compile-pattern.ts'
