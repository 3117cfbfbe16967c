import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { showToast } from '../shell/toast.tsx'

/**
 * Why the call of a form failed, for the form to show. A toast shows it when the form is gone, because the user closed the question or
 * left the screen while the call ran.
 * @returns the problem, a function that sets it, and whether the form is still there
 */
export function useProblem(): readonly [
  string | undefined,
  (problem: string | undefined) => void,
  Readonly<RefObject<boolean>>,
] {
  const [problem, setProblem] = useState<string>()
  const isShown = useRef(true)
  useEffect(() => {
    isShown.current = true
    return () => {
      isShown.current = false
    }
  }, [])
  const tell = useCallback((found: string | undefined) => {
    if (isShown.current) setProblem(found)
    else if (found !== undefined) showToast(found)
  }, [])
  return [problem, tell, isShown]
}
