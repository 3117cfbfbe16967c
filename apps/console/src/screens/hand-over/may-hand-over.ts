import { useMay, useSession } from '../../shell/rights.ts'

/** Whether who is signed in may give something to reviewers: whoever sees some people only may not. */
export function useMayHandOver(): boolean {
  const mayDecide = useMay('decide')
  const session = useSession()
  return mayDecide && session?.isBounded === false
}
