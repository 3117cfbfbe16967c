import { Link } from '@tanstack/react-router'
import { NothingLoaded } from '../../kit/nothing-loaded.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { useSession } from '../../shell/rights.ts'
import { isNotYet, useNewestRun } from '../start/queries.ts'
import { WorkCard } from '../start/work-card.tsx'
import type { CandidatesSearch } from './search.ts'
import { texts } from './texts.ts'

/** Says why the list is empty, and what would change that. */
export function EmptyList({ search }: { readonly search: CandidatesSearch }) {
  // The reasons of a run and the running work concern all people, so a bounded reader does not request them.
  const isOfAll = useSession()?.isBounded === false
  const { data: run, error } = useNewestRun(isOfAll)
  const { state = 'open', q, kind, band } = search
  const isFiltered = kind !== undefined || band !== undefined
  const isNothing = q === undefined && !isFiltered && state === 'open'
  if (isNothing && isNotYet(error))
    return (
      <>
        <NothingLoaded why={texts.noAnalysis} />
        <WorkCard />
      </>
    )
  return (
    <>
      <section className="card" aria-label={texts.title}>
        <p>{q !== undefined ? texts.nothingFound : isFiltered ? texts.nothingFits : texts.nothing[state]}</p>
        {q !== undefined && (
          <p>
            <Link className="button" to="/candidates" search={{ ...search, q: undefined }}>
              {texts.withoutWords}
            </Link>
          </p>
        )}
        {isFiltered && (
          <p>
            <Link className="button" to="/candidates" search={{ ...search, kind: undefined, band: undefined }}>
              {texts.withoutFilters}
            </Link>
          </p>
        )}
        {isNothing && run !== undefined && (
          <ul className="stack">
            {run.explanations.slice(0, 3).map((explanation) => (
              <li key={explanation}>{inReadingOrder(explanation)}</li>
            ))}
          </ul>
        )}
      </section>
      {isNothing && isOfAll && <WorkCard />}
    </>
  )
}
