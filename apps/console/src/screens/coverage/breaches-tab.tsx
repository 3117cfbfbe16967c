import { type Breach, Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { enumWords } from '../../kit/enum-words.ts'
import { Failed } from '../../kit/failed.tsx'
import { FittedList, type RowHeights, useNarrowList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { PersonLink } from '../person/person-link.tsx'
import { ExportBreaches } from '../policies/export-breaches.tsx'
import { heldIds, heldText } from '../policy/texts.ts'
import { isNotYet } from '../start/queries.ts'
import { useBreaches } from './queries.ts'
import { severities, texts } from './texts.ts'

/** The access of a person is named in full, on a phone in several lines. */
const rows: RowHeights = { comfortable: 52, dense: 52, narrow: 100 }

/** The breaches of the policies in force in the present data. */
export function BreachesTab() {
  const navigate = useNavigate()
  const isNarrow = useNarrowList()
  const { items, more, hasNextPage, error, isPending, refetch } = useBreaches()
  return (
    <section className="stack" aria-label={texts.breaches} aria-busy={isPending}>
      {error !== null && !isNotYet(error) && <Failed error={error} onRetry={() => void refetch()} />}
      {error === null && (
        <Sentence>
          {isPending
            ? texts.looking
            : items.length === 0
              ? texts.noBreaches
              : kitTexts.listed(texts.breachCount(items.length), hasNextPage)}
        </Sentence>
      )}
      {error === null && !isPending && items.length === 0 && (
        <p>
          <Link className="button" to="/settings/policies">
            {texts.toPolicies}
          </Link>
        </p>
      )}
      {items.length > 0 && <ExportBreaches />}
      {items.length > 0 && (
        <FittedList
          label={texts.breaches}
          items={items}
          keyOf={keyOf}
          columns={isNarrow ? [policy, person] : [policy, person, holds]}
          rows={rows}
          besideRem={18}
          onOpen={({ identityId }) => void navigate({ to: '/people/$id', params: { id: identityId } })}
          onEndReached={more}
          hasMore={hasNextPage}
        />
      )}
    </section>
  )
}

const keyOf = ({ policyId, identityId, first }: Breach) =>
  JSON.stringify([policyId, identityId, first[0]?.applicationId, first[0]?.entitlementId])

const policy: Column<Breach> = {
  key: 'policy',
  title: texts.policy,
  width: 'minmax(0, 1fr)',
  cell: ({ policyDisplayName, severity }) => (
    <>
      <bdi className="grid-name">{policyDisplayName}</bdi>
      {severity !== Severity.UNSPECIFIED && (
        <span className="small muted row-note">{enumWords(severities, severity)}</span>
      )}
    </>
  ),
}
const person: Column<Breach> = {
  key: 'person',
  title: texts.person,
  width: 'minmax(0, 1fr)',
  cell: ({ identityId, identityDisplayName }) => <PersonLink id={identityId} name={identityDisplayName} />,
}
const holds: Column<Breach> = {
  key: 'holds',
  title: texts.holds,
  width: 'minmax(0, 2fr)',
  cell: (breach) => (
    <bdi className="grid-name" title={heldIds(breach)}>
      {heldText(breach)}
    </bdi>
  ),
}
