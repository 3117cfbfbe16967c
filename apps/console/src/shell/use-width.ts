import { useSyncExternalStore } from 'react'

/** Whether the page is narrower than this number of pixels. */
export function useNarrowerThan(width: number): boolean {
  const query = `(max-width: ${width - 1}px)`
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    () => matchMedia(query).matches,
  )
}
