import type { HoldingPerson } from '@assay/contracts/assay/insight/v1/entitlement_insight_service_pb'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { formatCount } from '../../kit/figures.ts'
import { type Column, GridList } from '../../kit/grid-list.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { PersonLink } from '../person/person-link.tsx'
import { type HolderSelection, useHolders } from './queries.ts'
import { texts } from './texts.ts'

const person: Column<HoldingPerson> = {
  key: 'name',
  title: 'Person',
  width: 'minmax(0, 2fr)',
  cell: ({ person: named }) => <PersonLink id={named?.identityId ?? ''} name={named?.displayName ?? ''} />,
}
const department: Column<HoldingPerson> = {
  key: 'department',
  title: 'Department',
  width: 'minmax(0, 1fr)',
  cell: (one) => <bdi className="grid-name">{one.department}</bdi>,
}
const jobTitle: Column<HoldingPerson> = {
  key: 'job',
  title: 'Job title',
  width: 'minmax(0, 1fr)',
  cell: (one) => <bdi className="grid-name">{one.jobTitle}</bdi>,
}

interface Props {
  readonly applicationId: string
  readonly entitlementId: string
}

/** Who holds it, who holds it against the pattern, who lacks it. */
export function HoldersList({ applicationId, entitlementId }: Props) {
  const navigate = useNavigate()
  const { density, letters } = useStore(preferences)
  const isNarrow = useNarrowerThan(700)
  const [selection, setSelection] = useState<HolderSelection>('holders')
  const [active, setActive] = useState<string>()
  const { people, totalCount, more, error, isPending, refetch } = useHolders(applicationId, entitlementId, selection)
  const rowHeight = density === 'dense' ? 30 : 44
  return (
    <section className="stack" aria-label={texts.people} aria-busy={isPending}>
      <fieldset className="choices">
        <legend className="field-label">{texts.which}</legend>
        {(Object.keys(texts.selections) as HolderSelection[]).map((name) => (
          <label key={name} className="choice">
            <input type="radio" name="which" checked={name === selection} onChange={() => setSelection(name)} />
            {texts.selections[name]}
          </label>
        ))}
      </fieldset>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && <p>{totalCount === 0 ? texts.nobody : `${formatCount(totalCount)} people.`}</p>}
      {people.length > 0 && (
        <GridList
          label={texts.people}
          items={people}
          keyOf={({ person: named }) => named?.identityId ?? ''}
          columns={isNarrow ? [person, department] : [person, department, jobTitle]}
          rowHeight={rowHeight}
          height={`min(${(totalCount + 1) * rowHeight + 8}px, max(20rem, calc(100dvh - 24rem)))`}
          active={active}
          onActive={setActive}
          onOpen={({ person: named }) => void navigate({ to: '/people/$id', params: { id: named?.identityId ?? '' } })}
          lettersOn={letters}
          onEndReached={more}
          totalCount={totalCount}
        />
      )}
    </section>
  )
}
