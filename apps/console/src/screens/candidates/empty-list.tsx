import { Link } from '@tanstack/react-router'
import { useNewestRun } from '../start/queries.ts'
import type { CandidatesSearch } from './search.ts'
import { texts } from './texts.ts'

/** Why there is nothing, and what would change that. */
export function EmptyList({ search }: { readonly search: CandidatesSearch }) {
  const { data: run } = useNewestRun()
  const { state = 'open', q } = search
  return (
    <section className="card" aria-label={texts.title}>
      <p>{q === undefined ? texts.nothing[state] : texts.nothingFound}</p>
      {q !== undefined && (
        <p>
          <Link className="button" to="/candidates" search={{ ...search, q: undefined }}>
            {texts.withoutWords}
          </Link>
        </p>
      )}
      {q === undefined && state === 'open' && run !== undefined && (
        <ul className="stack">
          {run.explanations.slice(0, 3).map((explanation) => (
            <li key={explanation}>{explanation}</li>
          ))}
        </ul>
      )}
    </section>
  )
}
