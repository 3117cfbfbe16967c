import { WorkList } from '../../kit/work-list.tsx'
import { useWork } from '../../shell/work.ts'
import { texts } from './texts.ts'

/** What goes on; nothing while nothing does. */
export function WorkCard() {
  const work = useWork()
  if (work.length === 0) return null
  return (
    <section className="card stack" aria-label={texts.work}>
      <h2>{texts.work}</h2>
      <WorkList work={work} label={texts.work} />
    </section>
  )
}
