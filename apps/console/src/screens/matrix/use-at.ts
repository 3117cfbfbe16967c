import { useEffect, useRef, useState } from 'react'
import { laterWhileHere } from '../../shell/while-here.ts'
import { type Place, readAt, writeAt } from './look.ts'

const addressAfterMs = 300

/** The active cell: keys change it at once, and the address follows a moment later. */
export function useAt(
  inAddress: string | undefined,
  write: (at: string | undefined) => void,
): readonly [Place, (place: Place) => void] {
  const [at, setAt] = useState(() => readAt(inAddress))
  const written = useRef(inAddress)
  const latest = useRef(write)
  latest.current = write
  useEffect(() => {
    // The address may still have a place that this page wrote a moment ago.
    if (inAddress === written.current) return
    written.current = inAddress
    setAt(readAt(inAddress))
  }, [inAddress])
  useEffect(() => {
    const text = writeAt(at)
    const next = text === '0,0' ? undefined : text
    if (next === written.current) return
    return laterWhileHere(addressAfterMs, () => {
      written.current = next
      latest.current(next)
    })
  }, [at])
  return [at, setAt]
}
