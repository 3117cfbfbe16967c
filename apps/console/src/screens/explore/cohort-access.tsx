import type { CohortDescription, CohortEntitlement } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { useState } from 'react'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { type Column, GridList } from '../../kit/grid-list.tsx'
import { Key } from '../../kit/icons.tsx'
import { ShareBar } from '../../kit/share-bar.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { entitlementKey } from '../candidate/search.ts'
import { EntitlementLink } from '../entitlement/entitlement-link.tsx'
import { texts } from './texts.ts'

interface Props {
  readonly cohort: CohortDescription
  readonly chosen: ReadonlySet<string>
  readonly cut: number
  readonly onToggle: (key: string) => void
}

/** What a cohort holds, the most held first; each can be put in or taken out. */
export function CohortAccess({ cohort, chosen, cut, onToggle }: Props) {
  const { density, letters } = useStore(preferences)
  const isNarrow = useNarrowerThan(700)
  const [active, setActive] = useState<string>()
  const { entitlements, cohortSize, furtherEntitlementCount } = cohort
  const rowHeight = isNarrow ? 72 : density === 'dense' ? 30 : 44
  return (
    <>
      <GridList
        label={texts.access}
        items={entitlements}
        keyOf={entitlementKey}
        columns={columnsOf({ cohortSize, chosen, cut, onToggle, isNarrow })}
        rowHeight={rowHeight}
        height={`min(${(entitlements.length + 1) * rowHeight + 8}px, max(20rem, calc(100dvh - 24rem)))`}
        active={active}
        onActive={setActive}
        selected={chosen}
        onSelect={onToggle}
        palesOthers
        lettersOn={letters}
      />
      {furtherEntitlementCount > 0 && (
        <p className="small muted">{formatCount(furtherEntitlementCount)} more, each held by fewer.</p>
      )}
    </>
  )
}

interface ColumnOptions extends Pick<Props, 'chosen' | 'cut' | 'onToggle'> {
  readonly cohortSize: number
  readonly isNarrow: boolean
}

function columnsOf({
  cohortSize,
  chosen,
  cut,
  onToggle,
  isNarrow,
}: ColumnOptions): readonly Column<CohortEntitlement>[] {
  const tick: Column<CohortEntitlement> = {
    key: 'in',
    title: 'In',
    width: isNarrow ? '1.5rem' : '2rem',
    cell: (one) => (
      <input
        type="checkbox"
        className="tick"
        tabIndex={-1}
        aria-label={`Give ${one.displayName}`}
        checked={chosen.has(entitlementKey(one))}
        onChange={() => onToggle(entitlementKey(one))}
      />
    ),
  }
  const name: Column<CohortEntitlement> = {
    key: 'name',
    title: texts.access,
    width: isNarrow ? 'minmax(0, 1fr)' : 'minmax(8rem, 2fr)',
    cell: ({ applicationId, entitlementId, displayName, applicationDisplayName, risky, riskLevel }) => (
      <>
        <EntitlementLink applicationId={applicationId} entitlementId={entitlementId} name={displayName} />
        <span className="entitlement-notes small">
          {risky && (
            <span className="risky nowrap">
              <Key /> {riskLevel}
            </span>
          )}
          {isNarrow && <bdi className="muted cut">{applicationDisplayName}</bdi>}
        </span>
      </>
    ),
  }
  const held: Column<CohortEntitlement> = {
    key: 'held',
    title: 'Held by',
    width: isNarrow ? '5rem' : '9rem',
    isNumber: true,
    cell: ({ holderCount }) => formatShare(holderCount, cohortSize),
  }
  if (isNarrow) return [tick, name, held]
  return [
    tick,
    name,
    {
      key: 'application',
      title: 'Application',
      width: 'minmax(5rem, 1fr)',
      cell: ({ applicationDisplayName }) => <bdi className="grid-name">{applicationDisplayName}</bdi>,
    },
    {
      key: 'bar',
      title: 'Share',
      width: 'minmax(4rem, 1fr)',
      cell: ({ holderCount }) => <ShareBar share={cohortSize === 0 ? 0 : holderCount / cohortSize} notch={cut / 100} />,
    },
    held,
    {
      key: 'outside',
      title: 'Outside',
      width: '4rem',
      isNumber: true,
      cell: ({ outsideHolderCount }) => formatCount(outsideHolderCount),
    },
  ]
}
