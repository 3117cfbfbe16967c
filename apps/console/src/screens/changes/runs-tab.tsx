import {
  type CandidateChange,
  type ComparableRun,
  Fate,
  type RunComparison,
} from '@assay/contracts/assay/change/v1/change_service_pb'
import type { EntitlementReference } from '@assay/contracts/assay/directory/v1/entitlement_reference_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { formatCount } from '../../kit/figures.ts'
import { Filled } from '../../kit/filled.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { Sentence } from '../../kit/sentence.tsx'
import { ShowMore } from '../../kit/show-more.tsx'
import { formatTime } from '../../kit/times.ts'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { isNotYet } from '../start/queries.ts'
import { useRunComparison, useRuns } from './queries.ts'
import { type ChangesSearch, type FateName, fates } from './search.ts'
import { fateNames, fateWords, runSentence, sizeSentence, texts } from './texts.ts'

/** The fates of candidates from one run to another, each with its reasons. */
export function RunsTab({ search }: { readonly search: ChangesSearch }) {
  const { items, first, hasNextPage, more, error, isPending, isPlaceholderData, refetch } = useRunComparison(search)
  return (
    <section className="stack" aria-label={texts.runs} aria-busy={isPending || isPlaceholderData}>
      <ChooseRuns search={search} />
      {error !== null && isNotYet(error) && <p>{texts.noRuns}</p>}
      {error !== null && !isNotYet(error) && <Failed error={error} onRetry={() => void refetch()} />}
      {isPending && <p>{texts.looking}</p>}
      {first !== undefined && error === null && (
        <>
          <Sentence>{runSentence(first)}</Sentence>
          {first.settingDifferences.length > 0 && <p>{texts.settings(first.settingDifferences)}</p>}
          <FateTabs comparison={first} search={search} />
          {items.length === 0 && <p>{texts.nothing}</p>}
          <ol className={isPlaceholderData ? 'stack plain-list stale' : 'stack plain-list'}>
            {items.map((change) => (
              <li key={change.after?.suggestionId ?? change.before?.suggestionId} className="card">
                <Change change={change} />
              </li>
            ))}
          </ol>
          <ShowMore hasMore={hasNextPage} onMore={more} />
        </>
      )}
    </section>
  )
}

function ChooseRuns({ search }: { readonly search: ChangesSearch }) {
  const navigate = useNavigate()
  const { data } = useRuns()
  const runs = data?.runs ?? []
  if (runs.length < 2) return null
  const go = (change: ChangesSearch) =>
    void navigate({ to: '/changes', search: { ...search, ...change }, replace: true })
  return (
    <div className="filters">
      <label className="field">
        <span className="field-label">{texts.laterRun}</span>
        <select
          className="input"
          value={search.run ?? runs[0]?.runId}
          onChange={({ target }) => go({ run: target.value === runs[0]?.runId ? undefined : target.value })}
        >
          {runs.map((run) => (
            <option key={run.runId} value={run.runId}>
              {runWords(run)}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span className="field-label">{texts.earlierRun}</span>
        <select
          className="input"
          value={search.before ?? ''}
          onChange={({ target }) => go({ before: target.value || undefined })}
        >
          <option value="">{texts.oneBefore}</option>
          {runs.map((run) => (
            <option key={run.runId} value={run.runId}>
              {runWords(run)}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

function runWords({ completeTime, suggestionCount }: ComparableRun): string {
  return texts.runOf(formatTime(completeTime), suggestionCount)
}

function FateTabs({
  comparison: { counts },
  search,
}: {
  readonly comparison: RunComparison
  readonly search: ChangesSearch
}) {
  const countOf = (name: FateName) => counts.find(({ fate }) => fate === fates[name])?.count ?? 0
  return (
    <nav className="tabs" aria-label={texts.fates}>
      <Link
        className="tab"
        to="/changes"
        search={{ ...search, fate: undefined }}
        replace
        activeOptions={{ exact: true }}
      >
        {texts.allChanges}
      </Link>
      {(Object.keys(fates) as FateName[]).map((name) => (
        <Link
          key={name}
          className="tab"
          to="/changes"
          search={{ ...search, fate: name }}
          replace
          activeOptions={{ exact: true }}
        >
          {fateNames[name]} <span className="muted">{formatCount(countOf(name))}</span>
        </Link>
      ))}
    </nav>
  )
}

function Change({ change }: { readonly change: CandidateChange }) {
  const { fate, before, after, reasons, entitlementsAdded, entitlementsRemoved } = change
  const shown = after ?? before
  if (shown === undefined) return null
  const word = fateWords(fate)
  return (
    <>
      <h2>
        {fate === Fate.GONE ? (
          <bdi>{shown.displayName}</bdi>
        ) : (
          <Link to="/candidates/$id" params={{ id: shown.suggestionId }} search={{}}>
            <bdi>{shown.displayName}</bdi>
          </Link>
        )}{' '}
        <span className="small muted">{word}</span>
      </h2>
      {before !== undefined && before.displayName !== shown.displayName && (
        <p className="small muted">
          <Filled text={texts.wasCalled} with={{ name: <bdi>{before.displayName}</bdi> }} />
        </p>
      )}
      <p>{sizeSentence(before, after)}</p>
      {reasons.length > 0 && (
        <ul className="stack" aria-label={texts.why}>
          {reasons.map((reason) => (
            <li key={reason}>
              <bdi>{inReadingOrder(reason)}</bdi>
            </li>
          ))}
        </ul>
      )}
      <Names title={texts.addedAccess} entitlements={entitlementsAdded} />
      <Names title={texts.removedAccess} entitlements={entitlementsRemoved} />
    </>
  )
}

function Names({
  title,
  entitlements,
}: {
  readonly title: string
  readonly entitlements: readonly EntitlementReference[]
}) {
  if (entitlements.length === 0) return null
  return (
    <div>
      <p className="small muted">{title}</p>
      <ul>
        {entitlements.map(({ applicationId, entitlementId, displayName }) => (
          <li key={JSON.stringify([applicationId, entitlementId])}>
            <EntitlementLink applicationId={applicationId} entitlementId={entitlementId} name={displayName} />
          </li>
        ))}
      </ul>
    </div>
  )
}
