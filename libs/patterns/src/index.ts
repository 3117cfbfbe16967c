export { Pattern, PatternError } from './pattern.ts'
