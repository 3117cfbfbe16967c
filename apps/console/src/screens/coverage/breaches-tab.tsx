import { type Breach, Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import type { EntitlementReference } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { counted } from '../../kit/figures.ts'
import { type Column, GridList } from '../../kit/grid-list.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { PersonLink } from '../person/person-link.tsx'
import { isNotYet } from '../start/queries.ts'
import { useBreaches } from './queries.ts'
import { texts } from './texts.ts'

/** What the present data hold against the policies in force. */
export function BreachesTab() {
  const navigate = useNavigate()
  const { letters } = useStore(preferences)
  const isNarrow = useNarrowerThan(700)
  const [active, setActive] = useState<string>()
  const { items, more, hasNextPage, error, isPending, refetch } = useBreaches()
  const rowHeight = isNarrow ? 100 : 52
  return (
    <section className="stack" aria-label={texts.breaches} aria-busy={isPending}>
      {error !== null && !isNotYet(error) && <Failed error={error} onRetry={() => void refetch()} />}
      {error === null && (
        <Sentence>
          {isPending
            ? texts.looking
            : items.length === 0
              ? texts.noBreaches
              : `${hasNextPage ? 'More than ' : ''}${counted(items.length, 'breach', 'breaches')}.`}
        </Sentence>
      )}
      {items.length > 0 && (
        <GridList
          label={texts.breaches}
          items={items}
          keyOf={keyOf}
          columns={isNarrow ? [policy, person] : [policy, person, holds]}
          rowHeight={rowHeight}
          height={`min(${(items.length + 1) * rowHeight + 8}px, max(20rem, calc(100dvh - 14rem)))`}
          active={active}
          onActive={setActive}
          onOpen={({ identityId }) => void navigate({ to: '/people/$id', params: { id: identityId } })}
          lettersOn={letters}
          onEndReached={more}
          hasMore={hasNextPage}
        />
      )}
    </section>
  )
}

const keyOf = ({ policyId, identityId, first }: Breach) =>
  JSON.stringify([policyId, identityId, first[0]?.applicationId, first[0]?.entitlementId])

const severities: Readonly<Record<number, string>> = {
  [Severity.LOW]: 'low',
  [Severity.MEDIUM]: 'medium',
  [Severity.HIGH]: 'high',
  [Severity.CRITICAL]: 'critical',
}
const policy: Column<Breach> = {
  key: 'policy',
  title: texts.policy,
  width: 'minmax(0, 1fr)',
  cell: ({ policyDisplayName, severity }) => (
    <>
      <bdi className="grid-name">{policyDisplayName}</bdi>
      {severities[severity] !== undefined && <span className="small muted">{severities[severity]}</span>}
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
  cell: ({ first, second, lastUsedDay }) => (
    <bdi className="grid-name">
      {namesOf(first)}
      {second.length > 0 && ` ${texts.andAlso} ${namesOf(second)}`}
      {second.length === 0 && `, last used ${lastUsedDay || 'never in the data'}`}
    </bdi>
  ),
}

function namesOf(references: readonly EntitlementReference[]): string {
  return references.map(({ applicationId, entitlementId }) => `${applicationId}: ${entitlementId}`).join(', ')
}
