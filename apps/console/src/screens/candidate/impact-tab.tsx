import type { InboxCandidate } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import type { IdentityImpact, Impact } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { counted, formatCount } from '../../kit/figures.ts'
import { Gains } from '../../kit/gains.tsx'
import { type Column, GridList } from '../../kit/grid-list.tsx'
import { Losses } from '../../kit/losses.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { PersonLink } from '../person/person-link.tsx'
import { type ModeName, useAffected, useImpact } from './impact-queries.ts'
import { impactSentence } from './impact-sentence.ts'
import { texts } from './texts.ts'

interface Props {
  readonly candidate: InboxCandidate
  readonly out: ReadonlySet<string>
  readonly mode: ModeName
  readonly onMode: (mode: ModeName) => void
}

/** Who gains and who loses what, on the data in force. */
export function ImpactTab({ candidate, out, mode, onMode }: Props) {
  const { data: impact, error, isPending, refetch } = useImpact(candidate, out, mode)
  return (
    <div className="stack" aria-busy={isPending}>
      <fieldset className="choices">
        <legend className="field-label">{texts.mode}</legend>
        {(['add', 'replace'] as const).map((name) => (
          <label key={name} className="choice">
            <input type="radio" name="mode" checked={name === mode} onChange={() => onMode(name)} />
            {texts.modes[name]}
          </label>
        ))}
      </fieldset>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {isPending && <p>{texts.counting}</p>}
      {impact !== undefined && (
        <>
          <Sentence>{impactSentence(impact, mode)}</Sentence>
          <Apart impact={impact} />
        </>
      )}
      <Affected candidate={candidate} out={out} mode={mode} />
    </div>
  )
}

/** What the figures leave out, where there is any of it. */
function Apart({ impact: { heldByGroupsAlone, services, disabled, orphanAccounts } }: { readonly impact: Impact }) {
  const lines = [
    heldByGroupsAlone > 0n && `${counted(Number(heldByGroupsAlone), 'thing comes', 'things come')} by groups already.`,
    services !== undefined &&
      services.memberCount > 0 &&
      `${counted(services.memberCount, 'service is', 'services are')} counted apart.`,
    disabled !== undefined &&
      disabled.holderCount > 0 &&
      counted(
        disabled.holderCount,
        'disabled person holds some of it and keeps it.',
        'disabled people hold some of it and keep it.',
      ),
    orphanAccounts > 0n &&
      `${counted(Number(orphanAccounts), 'account', 'accounts')} of nobody in these applications: not counted.`,
  ].filter((line) => line !== false)
  if (lines.length === 0) return null
  return (
    <ul className="small muted">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

const columns: readonly Column<IdentityImpact>[] = [
  {
    key: 'name',
    title: 'Person',
    width: 'minmax(6rem, 1fr)',
    cell: ({ displayName, identityId }) => <PersonLink id={identityId} name={displayName} />,
  },
  {
    key: 'gains',
    title: 'Gains',
    width: '3.5rem',
    isNumber: true,
    cell: (one) => <Gains count={one.gainCount} word={false} />,
  },
  { key: 'losses', title: 'Losses', width: '3.5rem', isNumber: true, cell: (one) => <Losses count={one.lossCount} /> },
  {
    key: 'kept',
    title: 'Keeps',
    width: '3.5rem',
    isNumber: true,
    cell: ({ alreadyHeldCount }) => formatCount(alreadyHeldCount),
  },
]

function Affected({ candidate, out, mode }: Omit<Props, 'onMode'>) {
  const { density, letters } = useStore(preferences)
  const [active, setActive] = useState<string>()
  const navigate = useNavigate()
  const { people, totalCount, more } = useAffected(candidate, out, mode)
  const rowHeight = density === 'dense' ? 30 : 44
  if (people.length === 0) return null
  return (
    <GridList
      label="Who gains or loses"
      items={people}
      keyOf={({ identityId }) => identityId}
      columns={columns}
      rowHeight={rowHeight}
      height={`min(${(totalCount + 1) * rowHeight + 8}px, max(20rem, calc(100dvh - 28rem)))`}
      active={active}
      onOpen={({ identityId }) => void navigate({ to: '/people/$id', params: { id: identityId } })}
      onActive={setActive}
      lettersOn={letters}
      onEndReached={more}
      totalCount={totalCount}
    />
  )
}
