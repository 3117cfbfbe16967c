import { useMayForEverybody } from '../../shell/rights.ts'

/** Whether the user may hand candidates to reviewers; a bounded reader may not. */
export function useMayHandOver(): boolean {
  return useMayForEverybody('decide')
}
