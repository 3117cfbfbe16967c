import type { AttributeRanking, RankedAttribute } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { Link } from '@tanstack/react-router'
import { peopleWords } from '../../kit/count-texts.ts'
import { enumWords } from '../../kit/enum-words.ts'
import { Failed } from '../../kit/failed.tsx'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { NothingLoaded } from '../../kit/nothing-loaded.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { ShareBar } from '../../kit/share-bar.tsx'
import { Table } from '../../kit/table.tsx'
import { attributeWords } from '../../kit/words.ts'
import { isNotYet } from '../start/queries.ts'
import { useConditions, useRanking } from './queries.ts'
import { writeWho } from './search.ts'
import { texts, verdicts } from './texts.ts'

/** Shown when there is no condition: the attributes that explain access, and their values. */
export function Ranking({ of }: { readonly of: string | undefined }) {
  const { data, error, refetch } = useRanking(of === undefined)
  if (of !== undefined) return <Values attribute={of} />
  if (isNotYet(error)) return <NothingLoaded />
  return (
    <>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {error === null && <Sentence>{data === undefined ? texts.looking : rankingSentence(data)}</Sentence>}
      {data !== undefined && <RankingTable ranking={data} />}
    </>
  )
}

/** A sentence about the grants that all attributes explain together. */
function rankingSentence({ grants, explained, attributes }: AttributeRanking): string {
  const used = attributes.filter(({ aloneGrants }) => aloneGrants > 0n).length
  const share = formatShare(Number(explained), Number(grants))
  return used === 0 ? texts.noRanking : `${texts.explained(used, share)} ${texts.start}`
}

function RankingTable({ ranking }: { readonly ranking: AttributeRanking }) {
  const grants = Number(ranking.grants)
  return (
    <Table
      caption={texts.ranking}
      rows={ranking.attributes.filter(({ distinctValues }) => distinctValues > 0n)}
      keyOf={({ attribute }) => attribute}
      head={{ title: texts.attribute, cell: (ranked) => <RankingHead ranked={ranked} /> }}
      columns={[
        {
          title: texts.alone,
          cell: ({ aloneGrants }) => (
            <span className="share-with-bar">
              {formatShare(Number(aloneGrants), grants)}
              <ShareBar share={grants === 0 ? 0 : Number(aloneGrants) / grants} />
            </span>
          ),
        },
        { title: texts.added, cell: ({ addedGrants }) => formatCount(Number(addedGrants)) },
        {
          title: texts.values,
          isWideOnly: true,
          cell: ({ distinctValues }) => formatCount(Number(distinctValues)),
        },
      ]}
    />
  )
}

function RankingHead({ ranked: { attribute, verdict } }: { readonly ranked: RankedAttribute }) {
  const why = enumWords(verdicts, verdict)
  return (
    <>
      <Link to="/explore" search={{ of: attribute }}>
        <bdi>{attributeWords(attribute)}</bdi>
      </Link>
      {why !== '' && <p className="small muted">{why}</p>}
    </>
  )
}

/** The values of one attribute; a click on a value makes it a condition. */
function Values({ attribute }: { readonly attribute: string }) {
  const { data, error, refetch } = useConditions('', attribute, [])
  return (
    <section className="stack" aria-label={`${texts.valuesOf} ${attributeWords(attribute)}`}>
      <h2>
        {texts.valuesOf} <bdi>{attributeWords(attribute)}</bdi>
      </h2>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      <ul className="tokens">
        {data?.conditions.map(({ value, displayName, peopleCount }) => (
          <li key={value}>
            <Link className="token" to="/explore" search={{ who: writeWho([{ attribute, values: [value] }]) }}>
              <bdi>{displayName || value}</bdi> <span className="muted">{peopleWords(peopleCount)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <p>
        <Link to="/explore" search={{}}>
          {texts.otherAttribute}
        </Link>
      </p>
    </section>
  )
}
