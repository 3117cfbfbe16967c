/**
 * Does something a moment later, unless the page is on its way to another screen by then: writing to the address would bring it
 * back.
 * @returns calls it off
 */
export function laterWhileHere(ms: number, work: () => void): () => void {
  const path = location.pathname
  const timer = setTimeout(() => {
    if (location.pathname === path) work()
  }, ms)
  return () => clearTimeout(timer)
}
