import type { CandidateEntitlement } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { useState } from 'react'
import { formatShare } from '../../kit/figures.ts'
import { type Column, GridList } from '../../kit/grid-list.tsx'
import { ShareBar } from '../../kit/share-bar.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { entitlementKey } from '../candidate/search.ts'

interface Props {
  readonly label: string
  readonly items: readonly CandidateEntitlement[]
  readonly totalCount: number
  readonly onMore: () => void
  /** Keys (`entitlementKey`) of what is taken out; without it nothing can be. */
  readonly out?: ReadonlySet<string> | undefined
  readonly onToggle?: ((key: string) => void) | undefined
}

/** Entitlements of a candidate with how many of its people hold each; each can be left out where `onToggle` is given. */
export function AccessList({ label, items, totalCount, onMore, out, onToggle }: Props) {
  const { density, letters } = useStore(preferences)
  const isNarrow = useNarrowerThan(700)
  const [active, setActive] = useState<string>()
  const rowHeight = isNarrow ? 72 : density === 'dense' ? 30 : 44
  const kept = out && new Set(items.map(entitlementKey).filter((key) => !out.has(key)))
  const tick: Column<CandidateEntitlement> = {
    key: 'in',
    title: 'In',
    width: isNarrow ? '1.5rem' : '2rem',
    cell: (one) => (
      <input
        type="checkbox"
        className="tick"
        tabIndex={-1}
        aria-label={`Give ${one.displayName}`}
        checked={!out?.has(entitlementKey(one))}
        onChange={() => onToggle?.(entitlementKey(one))}
      />
    ),
  }
  return (
    <GridList
      label={label}
      items={items}
      keyOf={entitlementKey}
      columns={[...(onToggle ? [tick] : []), ...(isNarrow ? narrow : wide)]}
      rowHeight={rowHeight}
      height={`min(${(totalCount + 1) * rowHeight + 8}px, max(20rem, calc(100dvh - 24rem)))`}
      active={active}
      onActive={setActive}
      {...(kept && { selected: kept, palesOthers: true })}
      {...(onToggle && { onSelect: onToggle })}
      lettersOn={letters}
      onEndReached={onMore}
      totalCount={totalCount}
    />
  )
}

const name = (isNarrow: boolean): Column<CandidateEntitlement> => ({
  key: 'name',
  title: 'Access',
  width: isNarrow ? 'minmax(0, 1fr)' : 'minmax(8rem, 2fr)',
  cell: ({ displayName, entitlementId, applicationDisplayName }) => (
    <span title={displayName}>
      <bdi className="grid-name">{displayName || entitlementId}</bdi>
      {isNarrow && <bdi className="small muted cut block">{applicationDisplayName}</bdi>}
    </span>
  ),
})
const held: Column<CandidateEntitlement> = {
  key: 'held',
  title: 'Held by',
  width: 'minmax(5rem, 9rem)',
  isNumber: true,
  cell: ({ holderCount, peopleCount }) => formatShare(holderCount, peopleCount),
}
const narrow: readonly Column<CandidateEntitlement>[] = [name(true), held]
const wide: readonly Column<CandidateEntitlement>[] = [
  name(false),
  {
    key: 'application',
    title: 'Application',
    width: 'minmax(6rem, 1fr)',
    cell: ({ applicationDisplayName }) => <bdi className="grid-name">{applicationDisplayName}</bdi>,
  },
  {
    key: 'bar',
    title: 'Share',
    width: 'minmax(4rem, 1fr)',
    cell: ({ holderCount, peopleCount }) => <ShareBar share={peopleCount === 0 ? 0 : holderCount / peopleCount} />,
  },
  held,
]
