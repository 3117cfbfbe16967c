import { useMayForEverybody } from '../../shell/rights.ts'

/** Whether who is signed in may give something to reviewers: whoever sees some people only may not. */
export function useMayHandOver(): boolean {
  return useMayForEverybody('decide')
}
