import type { ListInboxCandidatesResponse } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { formatCount } from '../../kit/figures.ts'
import { SavedViews } from '../../kit/saved-views.tsx'
import { SelectField } from '../../kit/select-field.tsx'
import { laterWhileHere } from '../../shell/while-here.ts'
import {
  type BandName,
  bands,
  type CandidatesSearch,
  type KindName,
  kinds,
  type OrderName,
  type StateName,
  states,
} from './search.ts'
import { bandNames, kindNames, orderNames, stateNames, texts } from './texts.ts'

const typedMs = 250

interface Props {
  readonly search: CandidatesSearch
  /** The number of candidates by state, kind and band; undefined until known. */
  readonly counts: Pick<ListInboxCandidatesResponse, 'stateCounts' | 'kindCounts' | 'bandCounts'> | undefined
}

/** The filters of the list. The address contains all of them. */
export function Filters({ search, counts }: Props) {
  const navigate = useNavigate()
  const show = (change: CandidatesSearch) =>
    void navigate({ to: '/candidates', search: { ...search, ...change }, replace: true })
  const stateCount = (name: StateName) => counts?.stateCounts.find((one) => one.state === states[name])?.count
  const kindCount = (name: KindName) => counts?.kindCounts.find((one) => one.kind === kinds[name])?.count
  const bandCount = (name: BandName) => counts?.bandCounts.find((one) => one.band === bands[name])?.count
  return (
    <div className="filters">
      <nav className="tabs" aria-label={texts.states}>
        {(Object.keys(states) as StateName[]).map((name) => (
          <Link
            key={name}
            className="tab"
            to="/candidates"
            search={{ ...search, state: name === 'open' ? undefined : name }}
            activeOptions={{ exact: true }}
          >
            {stateNames[name]} <span className="muted">{formatCount(stateCount(name) ?? 0)}</span>
          </Link>
        ))}
      </nav>
      <Words search={search} onWords={(q) => show({ q })} />
      <SelectField
        label={texts.kind}
        value={search.kind}
        whole={texts.anyKind}
        options={(Object.keys(kinds) as KindName[]).map((name) => [name, withCount(kindNames[name], kindCount(name))])}
        onChange={(kind) => show({ kind })}
      />
      <SelectField
        label={texts.band}
        value={search.band}
        whole={texts.anyBand}
        options={(Object.keys(bands) as BandName[]).map((name) => [name, withCount(bandNames[name], bandCount(name))])}
        onChange={(band) => show({ band })}
      />
      <SelectField
        label={texts.order}
        value={search.order === 'best' ? undefined : search.order}
        whole={orderNames.best}
        options={(['gains', 'people', 'access', 'name'] as const).map((name) => [name, orderNames[name]])}
        onChange={(order: OrderName | undefined) => show({ order })}
      />
      <SavedViews screen="/candidates" />
    </div>
  )
}

function withCount(title: string, count = 0): string {
  return `${title} (${formatCount(count)})`
}

interface WordsProps {
  readonly search: CandidatesSearch
  readonly onWords: (words: string | undefined) => void
}

/** The field for words; the list follows a moment after the last letter. */
function Words({ search, onWords }: WordsProps) {
  const { q = '' } = search
  const [typed, setTyped] = useState(q)
  const written = useRef(q)
  useEffect(() => {
    // The address may still have words that this field wrote a moment ago, and the user has typed more since.
    if (q === written.current) return
    written.current = q
    setTyped(q)
  }, [q])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new callback is no reason to search again
  useEffect(() => {
    if (typed === q) return
    return laterWhileHere(typedMs, () => {
      written.current = typed
      onWords(typed || undefined)
    })
  }, [typed, q, search])
  return (
    <label className="field filter-search">
      <span className="field-label">{texts.search}</span>
      <input
        type="search"
        className="input"
        maxLength={256}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
    </label>
  )
}
