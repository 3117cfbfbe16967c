import { Link } from '@tanstack/react-router'
import { useNewestRun } from '../start/queries.ts'
import type { CandidatesSearch } from './search.ts'
import { texts } from './texts.ts'

/** Why there is nothing, and what would change that. */
export function EmptyList({ search }: { readonly search: CandidatesSearch }) {
  const { data: run } = useNewestRun()
  const { state = 'open', q, kind, band } = search
  const isFiltered = kind !== undefined || band !== undefined
  return (
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
      {q === undefined && !isFiltered && state === 'open' && run !== undefined && (
        <ul className="stack">
          {run.explanations.slice(0, 3).map((explanation) => (
            <li key={explanation}>{explanation}</li>
          ))}
        </ul>
      )}
    </section>
  )
}
