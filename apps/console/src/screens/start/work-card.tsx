import { useEffect, useRef } from 'react'
import { WorkList } from '../../kit/work-list.tsx'
import { queryClient } from '../../shell/calls.ts'
import { useWork } from '../../shell/work.ts'
import { texts } from './texts.ts'

/** What goes on; nothing while nothing does. */
export function WorkCard() {
  const work = useWork()
  const count = useRef(work.length)
  useEffect(() => {
    // What has ended may have brought data into force, or found candidates: what stands beside it is asked again.
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
