/**
 * Runs `work` after a pause, unless the page has another path by then: a change of the search parameters would bring the old screen
 * back.
 * @returns a function that cancels it
 */
export function laterWhileHere(ms: number, work: () => void): () => void {
  const path = location.pathname
  const timer = setTimeout(() => {
    if (location.pathname === path) work()
  }, ms)
  return () => clearTimeout(timer)
}
