import type { EntitlementMoves, LoadChange, ValueMoves } from '@assay/contracts/assay/change/v1/change_service_pb'
import { Link } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { formatCount } from '../../kit/figures.ts'
import { Gains } from '../../kit/gains.tsx'
import { Losses } from '../../kit/losses.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { ShowMore } from '../../kit/show-more.tsx'
import { Table } from '../../kit/table.tsx'
import { formatTime } from '../../kit/times.ts'
import { attributeWords } from '../../kit/words.ts'
import { useMayForEverybody, useSession } from '../../shell/rights.ts'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { isNotYet } from '../start/queries.ts'
import { useLoads } from './queries.ts'
import { texts } from './texts.ts'

/** What each load changed, the newest first. */
export function LoadsTab() {
  const { items, hasNextPage, more, error, isPending, refetch } = useLoads()
  return (
    <section className="stack" aria-label={texts.loads} aria-busy={isPending}>
      {error !== null && !isNotYet(error) && <Failed error={error} onRetry={() => void refetch()} />}
      {isPending && <p>{texts.looking}</p>}
      {!isPending && items.length === 0 && (error === null || isNotYet(error)) && <NothingYet />}
      <ol className="stack plain-list">
        {items.map((load) => (
          <li key={load.importId} className="card">
            <Load load={load} />
          </li>
        ))}
      </ol>
      <ShowMore hasMore={hasNextPage} onMore={more} />
    </section>
  )
}

function Load({ load }: { readonly load: LoadChange }) {
  const { measureTime, sentences, attributes, entitlements } = load
  return (
    <>
      <h2>{formatTime(measureTime)}</h2>
      <dl className="figures">
        <dt>{texts.people}</dt>
        <dd>
          <Change before={load.peopleBefore} after={load.peopleAfter} came={load.joined} went={load.left} />
        </dd>
        <dt>{texts.grants}</dt>
        <dd>
          <Change
            before={load.grantsBefore}
            after={load.grantsAfter}
            came={load.grantsAdded}
            went={load.grantsRemoved}
          />
        </dd>
      </dl>
      <ul className="stack">
        {sentences.map((sentence) => (
          <li key={sentence}>
            <bdi>{inReadingOrder(sentence)}</bdi>
          </li>
        ))}
      </ul>
      {attributes.length + entitlements.length > 0 && (
        <details>
          <summary>{texts.details}</summary>
          <div className="stack">
            {attributes.map(({ attribute, values }) => (
              <ValueTable key={attribute} attribute={attribute} values={values} />
            ))}
            {entitlements.length > 0 && <EntitlementTable entitlements={entitlements} />}
          </div>
        </details>
      )}
    </>
  )
}

interface ChangeProps {
  readonly before: bigint
  readonly after: bigint
  readonly came: bigint
  readonly went: bigint
}

function Change({ before, after, came, went }: ChangeProps) {
  return (
    <span className="row">
      <span>{texts.beforeAfter(formatCount(Number(before)), formatCount(Number(after)))}</span>
      <Gains count={Number(came)} word={false} />
      <Losses count={Number(went)} />
    </span>
  )
}

/** The numbers of added and removed objects. */
function Moves({ came, went }: Pick<ChangeProps, 'came' | 'went'>) {
  return (
    <>
      <Gains count={Number(came)} word={false} /> / <Losses count={Number(went)} />
    </>
  )
}

function ValueTable({ attribute, values }: { readonly attribute: string; readonly values: readonly ValueMoves[] }) {
  return (
    <Table
      rows={values}
      keyOf={({ value }) => value}
      head={{ title: <bdi>{attributeWords(attribute)}</bdi>, cell: ({ value }) => <bdi>{value}</bdi> }}
      columns={[
        { title: texts.cameAndWent, cell: ({ joined, left }) => <Moves came={joined} went={left} /> },
        { title: texts.movedInAndOut, cell: ({ movedIn, movedOut }) => <Moves came={movedIn} went={movedOut} /> },
      ]}
    />
  )
}

function EntitlementTable({ entitlements }: { readonly entitlements: readonly EntitlementMoves[] }) {
  return (
    <Table
      rows={entitlements}
      keyOf={({ entitlement }) => JSON.stringify([entitlement?.applicationId, entitlement?.entitlementId])}
      head={{
        title: texts.entitlement,
        cell: ({ entitlement }) => (
          <EntitlementLink
            applicationId={entitlement?.applicationId ?? ''}
            entitlementId={entitlement?.entitlementId ?? ''}
            name={entitlement?.displayName ?? ''}
          />
        ),
      }}
      columns={[
        { title: texts.added, cell: ({ added }) => <Gains count={Number(added)} word={false} /> },
        {
          title: texts.ofJoined,
          isWideOnly: true,
          cell: ({ addedByJoined }) => formatCount(Number(addedByJoined)),
        },
        { title: texts.removed, cell: ({ removed }) => <Losses count={Number(removed)} /> },
        {
          title: texts.ofLeft,
          isWideOnly: true,
          cell: ({ removedByLeft }) => formatCount(Number(removedByLeft)),
        },
      ]}
    />
  )
}

function NothingYet() {
  const mayBring = useMayForEverybody('administer')
  const isBounded = useSession()?.isBounded ?? false
  return (
    <>
      <p>{isBounded ? texts.noLoadsForSome : texts.noLoads}</p>
      {mayBring && (
        <p>
          <Link className="button" to="/data/bring" search={{}}>
            {texts.bring}
          </Link>
        </p>
      )}
    </>
  )
}
