import type { InboxCandidate, InboxEntitlement } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { useMemo } from 'react'
import { FittedList, useNarrowList } from '../../kit/fitted-list.tsx'
import { Gains } from '../../kit/gains.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { tickColumn } from '../../kit/tick-column.tsx'
import { accessColumns, accessRows } from '../entitlement/access-columns.tsx'
import { entitlementKey } from './search.ts'
import { texts } from './texts.ts'

interface Props {
  readonly candidate: InboxCandidate
  readonly out: ReadonlySet<string>
  readonly onToggle: (key: string) => void
}

/** The entitlements of the candidate; the user can leave each of them out. */
export function AccessTab({ candidate, out, onToggle }: Props) {
  const isNarrow = useNarrowList()
  const { entitlements, peopleCount } = candidate
  const kept = useMemo(
    () => new Set(entitlements.map(entitlementKey).filter((key) => !out.has(key))),
    [entitlements, out],
  )
  const tick = tickColumn<InboxEntitlement>({
    title: texts.isIn,
    labelOf: ({ displayName }) => texts.give(displayName),
    isTicked: (one) => kept.has(entitlementKey(one)),
    onTick: (one) => onToggle(entitlementKey(one)),
    isNarrow,
  })
  const gains: Column<InboxEntitlement> = {
    key: 'gains',
    title: texts.gains,
    width: isNarrow ? '2.75rem' : '3.5rem',
    isNumber: true,
    cell: ({ holderCount }) => <Gains count={peopleCount - holderCount} word={false} />,
  }
  return (
    <FittedList
      label={texts.access}
      items={entitlements}
      keyOf={entitlementKey}
      columns={[tick, ...accessColumns<InboxEntitlement>({ isNarrow, peopleOf: () => peopleCount }), gains]}
      rows={accessRows}
      besideRem={20}
      selected={kept}
      onSelect={onToggle}
      palesOthers
    />
  )
}
