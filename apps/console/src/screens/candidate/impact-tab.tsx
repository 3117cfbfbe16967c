import type { InboxCandidate } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import type { IdentityImpact, Impact } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { useNavigate } from '@tanstack/react-router'
import { Choices } from '../../kit/choices.tsx'
import { Failed } from '../../kit/failed.tsx'
import { formatCount } from '../../kit/figures.ts'
import { FittedList } from '../../kit/fitted-list.tsx'
import { Gains } from '../../kit/gains.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { Losses } from '../../kit/losses.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { type ModeName, useAffected, useImpact } from './impact-queries.ts'
import { impactSentence, texts } from './texts.ts'

interface Props {
  readonly candidate: InboxCandidate
  readonly out: ReadonlySet<string>
  readonly mode: ModeName
  readonly onMode: (mode: ModeName) => void
}

const modes = [
  ['add', texts.modes.add],
  ['replace', texts.modes.replace],
] as const

/** Who gains and who loses what, on the data in force. */
export function ImpactTab({ candidate, out, mode, onMode }: Props) {
  const { data: impact, error, isPending, refetch } = useImpact(candidate, out, mode)
  return (
    <div className="stack" aria-busy={isPending}>
      <Choices legend={texts.mode} options={modes} value={mode} onChange={onMode} />
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

/** The parts that the figures leave out, when there are any. */
function Apart({ impact: { heldByGroupsAlone, services, disabled, orphanAccounts } }: { readonly impact: Impact }) {
  const lines = [
    heldByGroupsAlone > 0n && texts.byGroups(Number(heldByGroupsAlone)),
    services !== undefined && services.memberCount > 0 && texts.servicesApart(services.memberCount),
    disabled !== undefined && disabled.holderCount > 0 && texts.disabledHold(disabled.holderCount),
    orphanAccounts > 0n && texts.accountsOfNobody(Number(orphanAccounts)),
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
    title: texts.person,
    width: 'minmax(6rem, 1fr)',
    cell: ({ displayName, identityId }) => <PersonLink id={identityId} name={displayName} />,
  },
  {
    key: 'gains',
    title: texts.gains,
    width: '3.5rem',
    isNumber: true,
    cell: (one) => <Gains count={one.gainCount} word={false} />,
  },
  {
    key: 'losses',
    title: texts.losses,
    width: '3.5rem',
    isNumber: true,
    cell: (one) => <Losses count={one.lossCount} />,
  },
  {
    key: 'kept',
    title: texts.keeps,
    width: '3.5rem',
    isNumber: true,
    cell: ({ alreadyHeldCount }) => formatCount(alreadyHeldCount),
  },
]

function Affected({ candidate, out, mode }: Omit<Props, 'onMode'>) {
  const navigate = useNavigate()
  const { people, totalCount, more } = useAffected(candidate, out, mode)
  if (people.length === 0) return null
  return (
    <FittedList
      label={texts.affected}
      items={people}
      keyOf={({ identityId }) => identityId}
      columns={columns}
      besideRem={28}
      onOpen={({ identityId }) => void navigate({ to: '/people/$id', params: { id: identityId } })}
      onEndReached={more}
      totalCount={totalCount}
    />
  )
}
