import type { InboxCandidate, InboxEntitlement } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { useMemo, useState } from 'react'
import { formatShare } from '../../kit/figures.ts'
import { Gains } from '../../kit/gains.tsx'
import { type Column, GridList } from '../../kit/grid-list.tsx'
import { Key } from '../../kit/icons.tsx'
import { ShareBar } from '../../kit/share-bar.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { entitlementKey } from './search.ts'

interface Props {
  readonly candidate: InboxCandidate
  readonly out: ReadonlySet<string>
  readonly onToggle: (key: string) => void
}

/** What it gives; each can be left out. */
export function AccessTab({ candidate, out, onToggle }: Props) {
  const { density, letters } = useStore(preferences)
  const isNarrow = useNarrowerThan(700)
  const [active, setActive] = useState<string>()
  const { entitlements, peopleCount } = candidate
  const kept = useMemo(
    () => new Set(entitlements.map(entitlementKey).filter((key) => !out.has(key))),
    [entitlements, out],
  )
  const columns: readonly Column<InboxEntitlement>[] = [
    {
      key: 'in',
      title: 'In',
      width: isNarrow ? '1.5rem' : '2rem',
      cell: (one) => (
        <input
          type="checkbox"
          className="tick"
          tabIndex={-1}
          aria-label={`Give ${one.displayName}`}
          checked={kept.has(entitlementKey(one))}
          onChange={() => onToggle(entitlementKey(one))}
        />
      ),
    },
    {
      key: 'name',
      title: 'Access',
      width: isNarrow ? 'minmax(0, 1fr)' : 'minmax(8rem, 2fr)',
      cell: ({ displayName, entitlementId, applicationDisplayName, risky, riskLevel }) => (
        <span className="entitlement" title={displayName}>
          <bdi className="grid-name">{displayName || entitlementId || 'no longer in the data'}</bdi>
          <span className="entitlement-notes small">
            {risky && (
              <span className="risky nowrap">
                <Key /> {riskLevel}
              </span>
            )}
            {isNarrow && <bdi className="muted cut">{applicationDisplayName}</bdi>}
          </span>
        </span>
      ),
    },
    ...(isNarrow
      ? []
      : ([
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
            cell: ({ holderCount }) => <ShareBar share={peopleCount === 0 ? 0 : holderCount / peopleCount} />,
          },
        ] satisfies Column<InboxEntitlement>[])),
    {
      key: 'held',
      title: 'Held by',
      width: isNarrow ? '5rem' : '9rem',
      isNumber: true,
      cell: ({ holderCount }) => formatShare(holderCount, peopleCount),
    },
    {
      key: 'gains',
      title: 'Gains',
      width: isNarrow ? '2.75rem' : '3.5rem',
      isNumber: true,
      cell: ({ holderCount }) => <Gains count={peopleCount - holderCount} word={false} />,
    },
  ]
  const rowHeight = isNarrow ? 72 : density === 'dense' ? 30 : 44
  return (
    <GridList
      label="Access"
      items={entitlements}
      keyOf={entitlementKey}
      columns={columns}
      rowHeight={rowHeight}
      height={`min(${(entitlements.length + 1) * rowHeight + 8}px, max(20rem, calc(100dvh - 20rem)))`}
      active={active}
      onActive={setActive}
      selected={kept}
      onSelect={onToggle}
      palesOthers
      lettersOn={letters}
    />
  )
}
