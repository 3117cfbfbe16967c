import type { Comparison } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { Choices } from '../../kit/choices.tsx'
import { sizeWords } from '../../kit/count-texts.ts'
import { Failed } from '../../kit/failed.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { texts as shellTexts } from '../../shell/texts.ts'
import { mergeIntoDraft } from '../drafts/drafts.ts'
import { CandidateLink } from './candidate-link.tsx'
import { ChooseCandidate } from './choose-candidate.tsx'
import { CountsTable } from './counts-table.tsx'
import { MergeQuestion } from './merge-question.tsx'
import { useComparison, useNameOf } from './queries.ts'
import { type Reference, readReference, writeReference } from './reference.ts'
import { type CompareSearch, type Pair, pairOf, type SideName, sides } from './search.ts'
import { ComparedAccess, ComparedPeople } from './side-lists.tsx'
import { compareSentence, kindNames, sideNames, texts } from './texts.ts'

const route = getRouteApi('/inside/compare')

/** Two candidates side by side: what both have, what only one has. */
export function Compare() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const pair = pairOf(search)
  const first = readReference(search.a)
  const choose = (chosen: Reference) => {
    const text = writeReference(chosen)
    void navigate({ to: '/compare', search: search.a === undefined ? { a: text } : { a: search.a, b: text } })
  }
  return (
    <>
      <nav aria-label={shellTexts.belongs}>
        <Link to="/candidates" search={{}}>
          {texts.toList}
        </Link>
      </nav>
      <PageTitle>{texts.title}</PageTitle>
      {pair !== undefined ? (
        <Compared key={`${search.a} ${search.b}`} pair={pair} search={search} />
      ) : (
        <>
          <p>{search.b !== undefined ? texts.same : first === undefined ? texts.chooseBoth : texts.choose}</p>
          {first !== undefined && <First reference={first} />}
          <ChooseCandidate taken={search.a} onChoose={choose} />
        </>
      )}
    </>
  )
}

/** The candidate that another one is chosen for. */
function First({ reference }: { readonly reference: Reference }) {
  const name = useNameOf(reference)
  return (
    <p>
      A <CandidateLink reference={reference} name={name} />
    </p>
  )
}

function Compared({ pair, search }: { readonly pair: Pair; readonly search: CompareSearch }) {
  const navigate = useNavigate()
  const mayDecide = useMay('decide')
  const [isMerging, askMerge] = useState(false)
  const { data: comparison, error, refetch } = useComparison(pair)
  const isGone = error !== null && ConnectError.from(error).code === Code.NotFound
  const { a, b, tab, side = 'both' } = search
  return (
    <>
      {isGone && <p>{texts.gone}</p>}
      {error !== null && !isGone && <Failed error={error} onRetry={() => void refetch()} />}
      {error === null && (
        <Sentence>{comparison === undefined ? texts.comparing : compareSentence(comparison)}</Sentence>
      )}
      {comparison !== undefined && (
        <>
          <Names pair={pair} comparison={comparison} />
          <CountsTable comparison={comparison} />
          <div className="row">
            {mayDecide && (
              <Button className="button" data-kind="accent" onPress={() => askMerge(true)}>
                {texts.merge}
              </Button>
            )}
            <Link className="button" to="/candidates" search={{}}>
              {texts.keepBoth}
            </Link>
            <Link className="button" to="/compare" search={{ ...search, a: b, b: a }} replace>
              {texts.swap}
            </Link>
            <Link className="button" to="/compare" search={{ a }}>
              {texts.other}
            </Link>
          </div>
          {!mayDecide && <p className="small muted">{texts.mayNot}</p>}
          <Parts search={search} side={side} />
          {tab === 'people' ? (
            <ComparedPeople pair={pair} side={side} of={entitlementCount(comparison)} />
          ) : (
            <ComparedAccess pair={pair} side={side} />
          )}
          <MergeQuestion
            pair={`${a}+${b}`}
            isOpen={isMerging}
            onClose={() => askMerge(false)}
            onMerge={async (merge) => {
              const id = await mergeIntoDraft([pair.a, pair.b], merge)
              if (id !== undefined) void navigate({ to: '/drafts/$id', params: { id }, search: {} })
              return id
            }}
          />
        </>
      )}
    </>
  )
}

/** The number of entitlements in either candidate. */
function entitlementCount({ entitlements }: Comparison): number {
  const { both = 0n, firstOnly = 0n, secondOnly = 0n } = entitlements ?? {}
  return Number(both + firstOnly + secondOnly)
}

function Names({ pair: { a, b }, comparison }: { readonly pair: Pair; readonly comparison: Comparison }) {
  const { first, second } = comparison
  return (
    <dl className="figures">
      {(
        [
          ['A', a, first],
          ['B', b, second],
        ] as const
      ).map(([letter, reference, resolved]) => (
        <div key={letter} className="figure">
          <dt>{letter}</dt>
          <dd>
            <CandidateLink reference={reference} name={resolved?.displayName ?? ''} />
            <p className="small muted">
              {kindNames[reference.kind]}, {sizeWords(resolved?.peopleCount ?? 0, resolved?.entitlementCount ?? 0)}
            </p>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Parts({ search, side }: { readonly search: CompareSearch; readonly side: SideName }) {
  const navigate = useNavigate()
  return (
    <div className="filters">
      <nav className="tabs" aria-label={texts.parts}>
        {([undefined, 'people'] as const).map((name) => (
          <Link
            key={name ?? 'access'}
            className="tab"
            to="/compare"
            search={{ ...search, tab: name }}
            replace
            activeOptions={{ exact: true }}
          >
            {name === undefined ? texts.access : texts.people}
          </Link>
        ))}
      </nav>
      <Choices
        legend={texts.sides}
        options={sides.map((name) => [name, sideNames[name]] as const)}
        value={side}
        onChange={(name) =>
          void navigate({
            to: '/compare',
            search: { ...search, side: name === 'both' ? undefined : name },
            replace: true,
          })
        }
        inRow
      />
    </div>
  )
}
