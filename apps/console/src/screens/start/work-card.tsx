import { useEffect, useRef } from 'react'
import { WorkList } from '../../kit/work-list.tsx'
import { queryClient } from '../../shell/calls.ts'
import { useWork } from '../../shell/work.ts'
import { texts } from './texts.ts'

/** The running work; renders nothing when there is none. */
export function WorkCard() {
  const work = useWork()
  const count = useRef(work.length)
  useEffect(() => {
    // Work that has ended may have brought data into force or found candidates, so the other cards request their data again.
    if (work.length < count.current) void queryClient.invalidateQueries()
    count.current = work.length
  }, [work.length])
  if (work.length === 0) return null
  return (
    <section className="card stack" aria-label={texts.work}>
      <h2>{texts.work}</h2>
      <WorkList work={work} label={texts.work} />
    </section>
  )
}
