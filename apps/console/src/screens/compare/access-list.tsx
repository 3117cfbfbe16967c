import type { CandidateEntitlement } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { FittedList, useNarrowList } from '../../kit/fitted-list.tsx'
import { tickColumn } from '../../kit/tick-column.tsx'
import { entitlementKey } from '../candidate/search.ts'
import { accessColumns, accessRows } from '../entitlement/access-columns.tsx'
import { texts } from './texts.ts'

interface Props {
  readonly label: string
  readonly items: readonly CandidateEntitlement[]
  readonly totalCount: number
  readonly onMore: () => void
  /** Keys (`entitlementKey`) of the left-out entitlements; without it, nothing can be left out. */
  readonly out?: ReadonlySet<string> | undefined
  readonly onToggle?: ((key: string) => void) | undefined
}

/** Entitlements of a candidate, each with the number of its people who hold it. With `onToggle`, each can be left out. */
export function AccessList({ label, items, totalCount, onMore, out, onToggle }: Props) {
  const isNarrow = useNarrowList()
  const kept = out && new Set(items.map(entitlementKey).filter((key) => !out.has(key)))
  const tick = tickColumn<CandidateEntitlement>({
    title: texts.isIn,
    labelOf: ({ displayName }) => texts.give(displayName),
    isTicked: (one) => !out?.has(entitlementKey(one)),
    onTick: (one) => onToggle?.(entitlementKey(one)),
    isNarrow,
  })
  const access = accessColumns<CandidateEntitlement>({ isNarrow, peopleOf: ({ peopleCount }) => peopleCount })
  return (
    <FittedList
      label={label}
      items={items}
      keyOf={entitlementKey}
      columns={onToggle ? [tick, ...access] : access}
      rows={accessRows}
      besideRem={24}
      {...(kept && { selected: kept, palesOthers: true })}
      {...(onToggle && { onSelect: onToggle })}
      onEndReached={onMore}
      totalCount={totalCount}
    />
  )
}
