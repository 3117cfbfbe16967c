import type { CohortDescription } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { SavedViews } from '../../kit/saved-views.tsx'
import { attributeWords } from '../../kit/words.ts'
import { PageTitle } from '../../shell/page-title.tsx'
import { Cohort } from './cohort.tsx'
import { ConditionsBar } from './conditions-bar.tsx'
import { nameOf } from './keep.ts'
import { Nobody } from './nobody.tsx'
import { useCohort } from './queries.ts'
import { Ranking } from './ranking.tsx'
import { type Condition, type ExploreSearch, readWho, withCondition, writeWho } from './search.ts'
import { texts } from './texts.ts'
import { valueWords } from './value-words.ts'

const route = getRouteApi('/inside/explore')

/** Explore: the user chooses people by conditions and sees the access that they share. */
export function Explore() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const conditions = useMemo(() => readWho(search.who), [search.who])
  const { data: cohort } = useCohort(conditions)
  const names = cohort?.valueNames ?? []
  const change = (next: readonly Condition[]) => void navigate({ to: '/explore', search: kept(search, next) })
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <ConditionsBar conditions={conditions} names={names} onChange={change} />
      <SavedViews screen="/explore" proposedName={nameOf(conditions, names)} />
      {conditions.length === 0 ? (
        <Ranking of={search.of} />
      ) : (
        <Described conditions={conditions} search={search} onChange={change} />
      )}
    </>
  )
}

/** The search parameters for other conditions: exceptions to the cut-off are dropped, the cut-off and the tab stay. */
function kept({ cut, tab }: ExploreSearch, conditions: readonly Condition[]): ExploreSearch {
  const who = writeWho(conditions)
  return { ...(who !== '' && { who }), ...(cut !== undefined && { cut }), ...(tab !== undefined && { tab }) }
}

interface DescribedProps {
  readonly conditions: readonly Condition[]
  readonly search: ExploreSearch
  readonly onChange: (conditions: readonly Condition[]) => void
}

function Described({ conditions, search, onChange }: DescribedProps) {
  const { data: cohort, error, isPlaceholderData, refetch } = useCohort(conditions)
  return (
    <>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {cohort === undefined && error === null && <p aria-busy>{texts.looking}</p>}
      {cohort !== undefined && cohort.cohortSize === 0 && !isPlaceholderData && (
        <Nobody cohort={cohort} conditions={conditions} onChange={onChange} />
      )}
      {cohort !== undefined && cohort.cohortSize > 0 && (
        <div className={isPlaceholderData ? 'stack stale' : 'stack'} aria-busy={isPlaceholderData}>
          <Narrowing cohort={cohort} conditions={conditions} search={search} />
          <Cohort
            key={search.who}
            cohort={cohort}
            conditions={conditions}
            search={search}
            isStale={isPlaceholderData}
          />
        </div>
      )}
    </>
  )
}

type NarrowingProps = Omit<DescribedProps, 'onChange'> & { readonly cohort: CohortDescription }

/** Further conditions whose people share more access. */
function Narrowing({ cohort: { narrowing, valueNames }, conditions, search }: NarrowingProps) {
  if (narrowing.length === 0) return null
  return (
    <nav className="row narrowing" aria-label={texts.narrowing}>
      <span className="small muted">{texts.narrowing}:</span>
      <ul className="tokens">
        {narrowing.map(({ attribute, value, peopleCount, moreSharedCount }) => (
          <li key={JSON.stringify([attribute, value])}>
            <Link className="token" to="/explore" search={kept(search, withCondition(conditions, attribute, value))}>
              <bdi>
                {attributeWords(attribute)}: {valueWords(valueNames, attribute, value)}
              </bdi>
              <span className="muted">{texts.sharesMore(peopleCount, moreSharedCount)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
